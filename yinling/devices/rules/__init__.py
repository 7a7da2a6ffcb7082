"""Pure rules of the devices room: frames in, values out; no Django, no clock."""
