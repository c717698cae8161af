"""Reservpost: the e-mail fallback order desk for an outage of an assistive-device ordering portal."""
