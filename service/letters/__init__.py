"""The letters to the senders: written from templates, kept in the outbox, handed in over SMTP."""
