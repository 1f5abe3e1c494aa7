//! Postfix: a real SMTP server of our own, beside the computer's. Its users, their passwords and their mailboxes are Dovecot's.
//!
//! Mail to `…@example.org` goes to the Dovecot user of that name, whatever stands after a `+`; mail to anyone `@guests.test` into one Maildir; mail
//! to anyone `@bounce.test` is taken first and comes back as a genuine bounce (RFC 3464).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

use crate::certificate::Certificate;
use crate::dovecot::Dovecot;
use crate::program::{Running, find, free_port, is_root, until_it_listens};
use crate::smtp_sink::SmtpSink;

const DELIVERY_PATIENCE: Duration = Duration::from_mins(2);
const LOOK_PAUSE: Duration = Duration::from_millis(20);

const SERVICES: &str = "\
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
";

/// A running Postfix.
#[derive(Debug)]
pub struct Postfix {
    folder: TempDir,
    program: PathBuf,
    port: u16,
    guests: PathBuf,
    _running: Running,
    _refusing: SmtpSink,
}

impl Postfix {
    /// Starts one whose users are Dovecot's.
    ///
    /// # Errors
    /// When Postfix is not installed, does not start, or the tests do not run as root (Postfix insists on it).
    pub fn start(dovecot: &Dovecot) -> anyhow::Result<Self> {
        let program = find("postfix", "postfix")?;
        if !is_root() {
            bail!("Postfix starts as root only: run this test as root, e.g. in a container.");
        }
        let folder = tempfile::Builder::new().prefix("postfix").tempdir()?;
        let path = folder.path();
        open_to_all(path)?;
        for part in ["etc", "queue", "data"] {
            fs::create_dir(path.join(part))?;
        }
        give_to_postfix(&path.join("data"))?;
        let (certificate, auth_port, users, mail, owner) = dovecot.for_postfix();
        let (port, refusing) = (free_port()?, SmtpSink::refusing("550 5.1.1 User unknown")?);
        let mailboxes: Vec<String> = users.iter().map(|user| format!("{user}@example.org {user}/Maildir/")).collect();
        fs::write(path.join("etc/mailboxes"), format!("{}\n@guests.test guests/Maildir/\n", mailboxes.join("\n")))?;
        fs::write(path.join("etc/transport"), format!("bounce.test smtp:[127.0.0.1]:{}\n", refusing.port()))?;
        fs::write(path.join("etc/main.cf"), main_settings(path, certificate, auth_port, &mail, owner))?;
        fs::write(path.join("etc/master.cf"), format!("127.0.0.1:{port} inet n - n - - smtpd\n{SERVICES}"))?;
        let mut command = Command::new(&program);
        command.arg("-c").arg(path.join("etc")).arg("start-fg").stderr(Stdio::null());
        let mut running = Running::start(&mut command)?;
        let started = until_it_listens("postfix", port, &mut running);
        started.with_context(|| fs::read_to_string(path.join("postfix.log")).unwrap_or_default())?;
        Ok(Self { folder, program, port, guests: mail.join("guests/Maildir/new"), _running: running, _refusing: refusing })
    }

    /// Where it listens on 127.0.0.1: in clear, with STARTTLS and AUTH on offer. Its certificate is Dovecot's.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits until the guests have got so many messages, and gives all they have got.
    ///
    /// # Errors
    /// When they do not get as many.
    pub fn received_by_guests(&self, count: usize) -> anyhow::Result<Vec<Vec<u8>>> {
        let begin = Instant::now();
        loop {
            let files: Vec<PathBuf> =
                fs::read_dir(&self.guests).map(|files| files.flatten().map(|file| file.path()).collect()).unwrap_or_default();
            if files.len() >= count {
                return files.iter().map(|file| fs::read(file).context("Read a delivered message")).collect();
            }
            if begin.elapsed() > DELIVERY_PATIENCE {
                bail!(
                    "the guests got {} of {count} messages: {}",
                    files.len(),
                    fs::read_to_string(self.folder.path().join("postfix.log"))?
                );
            }
            sleep(LOOK_PAUSE);
        }
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let mut stop = Command::new(&self.program);
        let _ = stop.arg("-c").arg(self.folder.path().join("etc")).arg("stop").stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

fn main_settings(path: &Path, certificate: &Certificate, auth_port: u16, mail: &Path, (user, group): (u32, u32)) -> String {
    let folder = path.display();
    format!(
        "compatibility_level = 3.6\nqueue_directory = {folder}/queue\ndata_directory = {folder}/data\n\
         maillog_file = {folder}/postfix.log\nmaillog_file_prefixes = {folder}\n\
         inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmyhostname = mail.example.org\nmydestination =\nmynetworks =\n\
         alias_maps =\nalias_database =\nrecipient_delimiter = +\nsmtpd_peername_lookup = no\nsmtp_host_lookup = native\n\
         virtual_mailbox_domains = example.org, guests.test\nvirtual_mailbox_base = {}\n\
         virtual_mailbox_maps = texthash:{folder}/etc/mailboxes\nvirtual_minimum_uid = 1\n\
         virtual_uid_maps = static:{user}\nvirtual_gid_maps = static:{group}\n\
         transport_maps = texthash:{folder}/etc/transport\n\
         smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = inet:127.0.0.1:{auth_port}\n\
         smtpd_relay_restrictions = permit_sasl_authenticated, reject\n\
         smtpd_tls_security_level = may\nsmtpd_tls_cert_file = {}\nsmtpd_tls_key_file = {}\n",
        mail.display(),
        certificate.certificate().display(),
        certificate.key().display(),
    )
}

#[cfg(unix)]
fn give_to_postfix(folder: &Path) -> anyhow::Result<()> {
    let users = fs::read_to_string("/etc/passwd")?;
    let entry =
        users.lines().find(|line| line.starts_with("postfix:")).context("There is no user postfix: install the package postfix.")?;
    let id = entry.split(':').nth(2).and_then(|id| id.parse().ok()).context("The user postfix has no number.")?;
    Ok(std::os::unix::fs::chown(folder, Some(id), None)?)
}

#[cfg(unix)]
fn open_to_all(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn give_to_postfix(_folder: &Path) -> anyhow::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn open_to_all(_path: &Path) -> anyhow::Result<()> {
    Ok(())
}
