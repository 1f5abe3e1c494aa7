//! The direction of dependencies between crates: arrows point one way.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::command::{cargo, output};

/// What each crate may use of the others. Dependencies of tests are free.
const ALLOWED: [(&str, &[&str]); 11] = [
    ("calendar", &[]),
    ("mail", &["calendar"]),
    ("charts", &[]),
    ("store", &["calendar", "mail"]),
    ("connect", &["calendar", "mail"]),
    ("rehearsal", &["calendar", "mail"]),
    ("engine", &["calendar", "mail", "store", "charts"]),
    ("cli", &["calendar", "mail", "engine", "connect", "rehearsal"]),
    ("rollcall", &["mail", "engine", "connect", "rehearsal"]),
    ("testkit", &["calendar", "mail", "store", "engine", "connect", "rehearsal"]),
    ("xtask", &[]),
];

/// Crates that may not touch the outside world, and what would betray it.
const PURE: [(&str, &[&str]); 3] = [
    ("calendar", &["tokio", "rusqlite", "reqwest", "rand", "rustls"]),
    ("mail", &["tokio", "rusqlite", "reqwest", "rand", "rustls"]),
    ("charts", &["tokio", "rusqlite", "reqwest", "rand", "rustls"]),
];

/// Fails when an arrow points the wrong way.
pub(crate) fn check() -> Result<()> {
    let metadata: Value = serde_json::from_str(&output(&mut cargo(&["metadata", "--format-version", "1", "--no-deps"]))?)?;
    let packages = metadata.get("packages").and_then(Value::as_array).context("cargo metadata names no packages")?;
    let uses: BTreeMap<&str, Vec<&str>> =
        packages.iter().filter_map(|package| Some((text(package, "name")?, dependencies(package)))).collect();
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.into_iter().collect();
    let mut faults = Vec::new();
    for (name, dependencies) in &uses {
        let Some(allowed) = allowed.get(name) else {
            faults.push(format!(
                "{name} is not in the list of crates of xtask/src/arrows.rs: a new crate needs a purity boundary or a second consumer"
            ));
            continue;
        };
        for dependency in dependencies.iter().filter(|dependency| uses.contains_key(*dependency) && !allowed.contains(dependency)) {
            faults.push(format!("{name} may not use {dependency}: arrows point one way (ARCHITECTURE.md)"));
        }
    }
    for (name, forbidden) in PURE {
        for dependency in uses.get(name).into_iter().flatten().filter(|dependency| forbidden.contains(dependency)) {
            faults.push(format!("{name} is pure and may not use {dependency}"));
        }
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    println!("▸ arrows between {} crates point one way", uses.len());
    Ok(())
}

fn dependencies(package: &Value) -> Vec<&str> {
    let all = package.get("dependencies").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    all.iter().filter(|dependency| text(dependency, "kind") != Some("dev")).filter_map(|dependency| text(dependency, "name")).collect()
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}
