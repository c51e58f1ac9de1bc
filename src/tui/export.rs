//! The rows of a change into a file: the only thing the console writes where a person says.

use crate::{
    api::{
        backend::{Backend, every},
        error::ApiError,
        wire::{ChangeRow, PageQuery},
    },
    app::{
        changes::{FIELDS, record, row_reason},
        effect::{Export, Format},
    },
    cli::file::at_home,
    domain::{change::Things, plan::RowOutcome, sheet::guarded, time::Timestamp, untrusted::Text},
    i18n::{t, tf},
    words::Labels,
};
use serde::Serialize;
use std::{
    fs::OpenOptions,
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// Reads every row of the change, then writes the file: nothing is left half written. How many rows it has,
/// and where it is.
pub async fn change<B: Backend>(backend: &B, export: &Export) -> Result<(u64, String), ApiError> {
    let ask = |query| async move { backend.change_rows(export.workspace, export.change, &query).await };
    let rows = every(PageQuery::default(), ask).await?;
    let workspace = backend.workspace(export.workspace).await?;
    let (count, export) = (rows.len() as u64, export.clone());
    let path = at_home(&export.path);
    let whole = std::path::absolute(&path).unwrap_or(path).to_string_lossy().into_owned();
    let written = tokio::task::spawn_blocking(move || save(&export, &rows, &workspace)).await;
    match written.unwrap_or_else(|e| Err(io::Error::other(e))) {
        Ok(()) => Ok((count, whole)),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            Err(ApiError::Conflict { field: Some("path".into()), message: Text::new(t("changes.export.exists")) })
        }
        Err(e) => Err(ApiError::Invalid {
            field: Some("path".into()),
            message: Text::new(tf("changes.export.failed", &[("why", &e)])),
            faults: Vec::new(),
        }),
    }
}

/// Links to join are secrets: the file is its owner's alone. What was there is replaced whole or not.
fn save(export: &Export, rows: &[ChangeRow], labels: &dyn Labels) -> io::Result<()> {
    let path = &at_home(&export.path);
    if !export.overwrite {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let file = file.map_err(|e| match e.kind() {
            io::ErrorKind::AlreadyExists if !replaceable(path) => io::Error::other(t("cli.file.none")),
            _ => e,
        })?;
        let written = write(export.format, rows, labels, BufWriter::new(file));
        if written.is_err() {
            // The message tells what went wrong; a file that cannot be taken away stays.
            drop(std::fs::remove_file(path));
        }
        return written;
    }
    if !replaceable(path) {
        return Err(io::Error::other(t("cli.file.none")));
    }
    // A name of its own: whatever else is there stays.
    let beside = path.with_file_name(format!(".rolecall-{:016x}", rand::random::<u64>()));
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    let written =
        write(export.format, rows, labels, BufWriter::new(file)).and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        drop(std::fs::remove_file(&beside));
    }
    written
}

/// Whether a file may stand here in place of what does: of a device, a pipe or a folder it may not.
fn replaceable(path: &Path) -> bool {
    path.metadata().map_or(true, |there| there.is_file())
}

/// A row as JSON has it: codes for programs, and the reason in words.
#[derive(Serialize)]
struct JsonRow<'a> {
    row: u64,
    target: Option<i64>,
    name: &'a Text,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'a RowOutcome>,
    before: &'a Things,
    after: &'a Things,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a String>,
}

fn write(format: Format, rows: &[ChangeRow], labels: &dyn Labels, mut out: impl Write) -> io::Result<()> {
    match format {
        Format::Json => json(rows, labels, &mut out)?,
        Format::Csv => csv(rows, labels, &mut out)?,
    }
    out.flush()
}

fn json(rows: &[ChangeRow], labels: &dyn Labels, out: impl Write) -> io::Result<()> {
    let rows: Vec<JsonRow<'_>> = rows.iter().map(|row| json_row(row, labels)).collect();
    serde_json::to_writer_pretty(out, &rows)?;
    Ok(())
}

fn json_row<'a>(of: &'a ChangeRow, labels: &dyn Labels) -> JsonRow<'a> {
    let ChangeRow { row, target, name, outcome, before, after, link } = of;
    let (state, reason) = (of.state(), row_reason(of, labels));
    let (outcome, link) = (outcome.as_ref(), link.as_ref());
    JsonRow { row: *row, target: *target, name, state, reason, outcome, before, after, link }
}

fn csv(rows: &[ChangeRow], labels: &dyn Labels, out: impl Write) -> io::Result<()> {
    // Ends are days in a file, whenever it is written.
    let now = Timestamp(0);
    let mut table = csv::Writer::from_writer(out);
    table.write_record(FIELDS)?;
    for row in rows {
        table.write_record(record(row, labels, now).iter().map(|value| guarded(value).into_owned()))?;
    }
    table.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            change::{Refusal, Thing},
            id::{ChangeId, WorkspaceId},
        },
        words::Keys,
    };
    use std::os::unix::fs::PermissionsExt;

    fn rows() -> Vec<ChangeRow> {
        let role = |name: &str| vec![Thing::Role { name: name.into(), until: None }];
        let row = |row, name: &str, outcome, after: Things| ChangeRow {
            row,
            target: Some(7),
            name: name.into(),
            outcome: Some(outcome),
            before: Vec::new(),
            after,
            link: None,
        };
        vec![
            row(1, "=cmd()@x.test", RowOutcome::Done, role("-1, \"no\"")),
            row(2, "bo@x.test", RowOutcome::Failed { why: Refusal::Owner }, Vec::new()),
        ]
    }

    fn export(path: &Path, overwrite: bool) -> Export {
        Export {
            workspace: WorkspaceId(1),
            change: ChangeId(1),
            path: path.display().to_string(),
            format: Format::Csv,
            overwrite,
        }
    }

    #[test]
    fn a_table_starts_no_formula_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.csv");
        save(&export(&path, false), &rows(), &Keys).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(
            text,
            "row,name,state,reason,before,after,link\n1,'=cmd()@x.test,done,,,\"'-1, \"\"no\"\"\",\n\
             2,bo@x.test,failed,this member is the owner; transfer ownership first,,,\n"
        );
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_is_there_is_replaced_only_when_told_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.csv");
        std::fs::write(&path, "mine").unwrap();
        let refused = save(&export(&path, false), &rows(), &Keys).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
        save(&export(&path, true), &rows(), &Keys).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("row,"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn only_a_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (inside, socket) = (folder.path().join("folder"), folder.path().join("socket"));
        std::fs::create_dir(&inside).unwrap();
        let _bound = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        for (path, overwrite) in [(&inside, false), (&inside, true), (&socket, false), (&socket, true)] {
            let refused = save(&export(path, overwrite), &rows(), &Keys).unwrap_err();
            assert!(refused.to_string().contains("not a file"), "{refused}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
