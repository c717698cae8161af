"""How a mail comes in: from the mailbox, through judgement, to the ledger and its folder."""
