//! `[access-log]`: where it is, and how it is kept.

use toml::Spanned;

use super::file::AccessLogEntry;
use super::findings::{Findings, file_name};
use super::{address, units};
use crate::access_log::{AccessLogSettings, Repository, WhenUnwritable};
use crate::http::certificate;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// Checks the entry. `None` when it is wrong, and that is noted.
pub(super) fn read(spanned: &Spanned<AccessLogEntry>, findings: &mut Findings<'_>) -> Option<AccessLogSettings> {
    let entry = spanned.as_ref();
    let Some(folder) = &entry.folder else {
        findings.problem(spanned, "`[access-log]` needs `folder`, in which its files are kept");
        return None;
    };
    let folder = findings.read("folder", Some(folder), |folder| match folder.trim() {
        "" => Err("is empty".to_owned()),
        folder => Ok(folder.to_owned()),
    })?;
    let choices = [("refuse", WhenUnwritable::Refuse), ("go-on", WhenUnwritable::GoOn)];
    Some(AccessLogSettings {
        folder: findings.folder.join(folder),
        when_unwritable: findings
            .one_of("when-unwritable", entry.when_unwritable.as_ref(), &choices)
            .unwrap_or_default(),
        rotate_at: findings
            .read("rotate-at", entry.rotate_at.as_ref(), |text| units::size(text, 64 * KIB, 16 * GIB))
            .unwrap_or(64 * MIB),
        repository: repository(spanned, findings),
    })
}

fn repository(spanned: &Spanned<AccessLogEntry>, findings: &mut Findings<'_>) -> Option<Repository> {
    let entry = spanned.as_ref();
    let open = findings.open;
    let contents = |name: &String| open(name).map_err(|problem| format!("{} {problem}", file_name(name)));
    let base = findings.read("repository", entry.repository.as_ref(), |text| address::server(text));
    let has_token = findings.read("token", entry.token.as_ref(), |name| contents(name).map(|_| ())).is_some();
    let authorities = findings.read("authorities", entry.authorities.as_ref(), |name| {
        let content = contents(name)?;
        certificate::authorities(&content).map_err(|problem| format!("`{name}` {problem}"))?;
        Ok(content)
    });
    if entry.repository.is_none() {
        for (name, setting) in [("token", &entry.token), ("authorities", &entry.authorities)] {
            if let Some(setting) = setting {
                findings.warning(setting, format!("`{name}` has no effect without `repository`"));
            }
        }
    }
    let token = entry.token.as_ref().filter(|_| has_token).map(|name| findings.folder.join(name.as_ref()));
    Some(Repository { base: base?, token, authorities: authorities.unwrap_or_default() })
}
