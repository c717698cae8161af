"""The outage itself: which systems are down, since when, and which mails that makes ours to work."""
