//! The desktop shell: a window over the engine. It puts the adapters into the engine's ports, opens the database,
//! shows the window, and passes what happens on. No rule of the product lives here.

pub mod ipc;
mod shell;

pub use shell::run;

/// Writes the TypeScript of every command, event and type to `path`.
///
/// # Errors
/// When the file cannot be written.
pub fn export_types(path: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
    ipc::builder().export(specta_typescript::Typescript::default(), path)?;
    Ok(())
}
