//! Where the data may lie. The database is shared memory between processes (WAL): that works on a disk of this computer only,
//! and a folder that a cloud service copies file by file tears it apart.

use std::io::ErrorKind;
use std::path::{Component, Path};

use anyhow::{Context as _, Result};

use crate::error::{Code, Failure};

/// What synchronised folders are called.
const SYNCED: [&str; 9] =
    ["dropbox", "onedrive", "google drive", "googledrive", "icloud drive", "iclouddrive", "mobile documents", "cloudstorage", "nextcloud"];
/// File systems that lie on another computer.
const NETWORK: [&str; 11] = ["nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "davfs", "ncpfs", "fuse"];

/// Makes the data folder where there is none.
///
/// # Errors
/// When it lies on a network or in a synchronised folder, or cannot be made.
pub(crate) fn prepare(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| {
        let code = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Code::DiskFull,
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Code::ReadOnly,
            _ => Code::UnusableDatabase,
        };
        Failure::new(code, format!("The data folder {} cannot be made: {error}. Choose another one.", folder.display()))
            .with("folder", folder.display())
    })?;
    let real = folder.canonicalize().with_context(|| format!("Find {}", folder.display()))?;
    // Only Linux has this list; without it the names decide.
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    match refusal(&real, &mounts) {
        Some(reason) => Err(Failure::new(
            Code::UnusableDatabase,
            format!(
                "{} {reason}, where two programs writing at once destroy the database. Choose a folder of this computer.",
                real.display()
            ),
        )
        .with("folder", real.display())
        .into()),
        None => Ok(()),
    }
}

/// Why the database must not lie here; none where it may.
fn refusal(folder: &Path, mounts: &str) -> Option<&'static str> {
    let synced = folder.components().any(|component| match component {
        Component::Normal(name) => is_synced(&name.to_string_lossy().to_lowercase()),
        _ => false,
    });
    if synced {
        return Some("is kept in step by a cloud service");
    }
    let network = mounts
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(' ').skip(1);
            let point = fields.next()?.replace("\\040", " ");
            folder.starts_with(&point).then_some((point.len(), fields.next()?))
        })
        // The innermost mount holds the folder; of two on the same place the later one covers the other.
        .max_by_key(|(depth, _)| *depth)
        .is_some_and(|(_, kind)| is_network(kind));
    network.then_some("lies on a network drive")
}

/// `OneDrive - Company` and `Dropbox (Personal)` are such folders too, `Dropboxes` is not.
fn is_synced(name: &str) -> bool {
    SYNCED.iter().any(|service| name.strip_prefix(service).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '-', '('])))
}

fn is_network(kind: &str) -> bool {
    // The layers of a container are local although they are served by a program.
    NETWORK.contains(&kind) || (kind.starts_with("fuse.") && kind != "fuse.fuse-overlayfs")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "/dev/sda1 / ext4 rw 0 0\nserver:/export /home/ada/Club\\040files nfs4 rw 0 0\nada@host: /mnt/ssh fuse.sshfs rw 0 0\n\
                          /dev/sdb1 /mnt/stick fuseblk rw 0 0\noverlay /box fuse.fuse-overlayfs rw 0 0\n";

    #[test]
    fn a_folder_on_a_network_drive_is_refused() {
        for folder in ["/home/ada/Club files/rollcall", "/mnt/ssh", "/mnt/ssh/a/b"] {
            assert!(refusal(Path::new(folder), MOUNTS).is_some(), "{folder} lies on another computer");
        }
    }

    #[test]
    fn a_folder_of_a_cloud_service_is_refused() {
        for folder in ["/home/ada/Dropbox/rollcall", "/Users/ada/OneDrive - Club/x", "/Users/ada/Library/Mobile Documents/x"] {
            assert!(refusal(Path::new(folder), "").is_some(), "{folder} is synchronised");
        }
    }

    #[test]
    fn a_folder_of_this_computer_is_taken() {
        for folder in ["/home/ada/.local/share/rollcall", "/mnt/stick/rollcall", "/box/data", "/home/ada/Dropboxes"] {
            assert_eq!(refusal(Path::new(folder), MOUNTS), None, "{folder} is local");
        }
    }
}
