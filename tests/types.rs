//! The window's types are generated from the Rust ones and committed: they may not drift apart.

use std::path::Path;

/// With `ROLLCALL_UPDATE_TYPES` set the file is written instead of compared.
#[test]
fn generated_types_are_in_step() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/ipc/bindings.gen.ts");
    if std::env::var_os("ROLLCALL_UPDATE_TYPES").is_some() {
        rollcall_desktop::export_types(&committed).expect("the types can be written");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder for the comparison");
    let fresh = folder.path().join("bindings.ts");
    rollcall_desktop::export_types(&fresh).expect("the types can be written");
    let read = |path: &Path| std::fs::read_to_string(path).expect("the types can be read");
    assert!(read(&fresh) == read(&committed), "ui/src/ipc/bindings.gen.ts is out of step: run `cargo xtask types`");
}
