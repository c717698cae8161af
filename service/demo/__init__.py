"""The main job on this machine alone: a mail server of its own, mails of the corpus, and the real daemon."""
