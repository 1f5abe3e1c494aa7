//! Envelope addresses.

/// Whether an address can stand between angle brackets without changing the command around it.
pub(super) fn is_safe(address: &str) -> bool {
    address.len() <= 320
        && address.contains('@')
        && !address.chars().any(|character| character.is_control() || matches!(character, ' ' | '<' | '>'))
}
