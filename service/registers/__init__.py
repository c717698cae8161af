"""The site's own copy of Sesam's registers: imported before an outage, read by judgement in it."""
