"""Makes the model of the name reader; nothing that judges mails imports it."""
