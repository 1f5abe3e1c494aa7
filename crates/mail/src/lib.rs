//! Mail without I/O: invitations out as MIME; replies, bounces and complaints in.

pub mod port;
