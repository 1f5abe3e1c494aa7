//! Generates a permission for every command of `src/ipc`: one that no capability allows cannot be called.

use std::error::Error;
use std::fs;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=src-tauri/capabilities");
    println!("cargo::rerun-if-changed=src-tauri/src/ipc");
    println!("cargo::rerun-if-changed=tauri.conf.json");
    // The window's contents are embedded: before they are built the window is empty, but everything compiles.
    fs::create_dir_all("ui/dist")?;
    let commands: Vec<&'static str> = commands()?.into_iter().map(|name| &*name.leak()).collect();
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*.json")
        .app_manifest(tauri_build::AppManifest::new().commands(commands.leak()));
    tauri_build::try_build(attributes)?;
    Ok(())
}

/// The names that follow `#[tauri::command]`.
fn commands() -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in fs::read_dir("src-tauri/src/ipc")? {
        let text = fs::read_to_string(entry?.path())?;
        for part in text.split("#[tauri::command]").skip(1) {
            let name = part.split_once("async fn ").and_then(|(_, rest)| rest.split_once(['(', '<'])).map(|(name, _)| name);
            names.push(name.ok_or("a command is not an async fn")?.to_owned());
        }
    }
    names.sort();
    Ok(names)
}
