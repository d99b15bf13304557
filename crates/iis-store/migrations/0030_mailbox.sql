-- Who adds the first second factor of an account shows first that they read its mail, where it has an address.

-- When its owner showed that in this session; empty: they did not.
ALTER TABLE session ADD COLUMN
    mailbox_at TIME;

-- When the link of a letter set the password: the next sign-in takes that over into its session, and it is empty again.
ALTER TABLE account ADD COLUMN
    mailbox_at TIME;
