"""Service supply 服务供给: homes, community centres and their staff, as the bureau's registers give them."""
