"""政策: the service list as dated, cited, tested rules, decided for one person or a whole population."""
