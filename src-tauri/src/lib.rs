//! The desktop shell: a window over the engine.

pub mod ipc;

/// Writes the TypeScript of every command, event and type to `path`.
///
/// # Errors
/// When the file cannot be written.
pub fn export_types(path: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
    ipc::builder().export(specta_typescript::Typescript::default(), path)?;
    Ok(())
}
