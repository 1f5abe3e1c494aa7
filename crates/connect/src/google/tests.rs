use super::*;

/// Google as it is, for tests of what is asked of it.
pub(crate) fn provider() -> Provider {
    serde_json::from_str::<GoogleSettings>("{}").unwrap().provider().unwrap()
}
