//! Sealed secrets of accounts. This crate sees only what the vault encrypted.

pub(crate) const CREATE: &str = "
CREATE TABLE secret (
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name    TEXT    NOT NULL,   -- password, access_key, refresh_token, ...
    nonce   BLOB    NOT NULL,   -- 24 bytes
    sealed  BLOB    NOT NULL,   -- XChaCha20-Poly1305, account and name as associated data
    PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;
";
