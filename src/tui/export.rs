//! The rows of a job into a file: the only thing the console writes where a person says.

use crate::{
    api::{
        backend::{Backend, every},
        error::ApiError,
        wire::{JobRow, PageQuery},
    },
    app::effect::{Export, Format},
    cli::file::at_home,
    domain::{sheet::guarded, untrusted::Text},
    i18n::{t, tf},
};
use std::{
    fs::OpenOptions,
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// Reads every row of the job, then writes the file: nothing is left half written. How many rows it has,
/// and where it is.
pub async fn job<B: Backend>(backend: &B, export: &Export) -> Result<(u64, String), ApiError> {
    let ask = |query| async move { backend.job_rows(export.workspace, export.job, &query).await };
    let rows = every(PageQuery::default(), ask).await?;
    let (count, export) = (rows.len() as u64, export.clone());
    let path = at_home(&export.path);
    let whole = std::path::absolute(&path).unwrap_or(path).to_string_lossy().into_owned();
    let written = tokio::task::spawn_blocking(move || save(&export, &rows)).await;
    match written.unwrap_or_else(|e| Err(io::Error::other(e))) {
        Ok(()) => Ok((count, whole)),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            Err(ApiError::Conflict { field: Some("path".into()), message: Text::new(t("jobs.export.exists")) })
        }
        Err(e) => Err(ApiError::Invalid {
            field: Some("path".into()),
            message: Text::new(tf("jobs.export.failed", &[("why", &e)])),
            faults: Vec::new(),
        }),
    }
}

/// Links to join are secrets: the file is its owner's alone. What was there is replaced whole or not.
fn save(export: &Export, rows: &[JobRow]) -> io::Result<()> {
    let path = &at_home(&export.path);
    if !export.overwrite {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let file = file.map_err(|e| match e.kind() {
            io::ErrorKind::AlreadyExists if !replaceable(path) => io::Error::other(t("cli.file.none")),
            _ => e,
        })?;
        let written = write(export.format, rows, BufWriter::new(file));
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
    let written = write(export.format, rows, BufWriter::new(file)).and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        drop(std::fs::remove_file(&beside));
    }
    written
}

/// Whether a file may stand here in place of what does: of a device, a pipe or a folder it may not.
fn replaceable(path: &Path) -> bool {
    path.metadata().map_or(true, |there| there.is_file())
}

fn write(format: Format, rows: &[JobRow], mut out: impl Write) -> io::Result<()> {
    match format {
        Format::Json => serde_json::to_writer_pretty(&mut out, rows)?,
        Format::Csv => csv(rows, &mut out)?,
    }
    out.flush()
}

fn csv(rows: &[JobRow], out: impl Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(JobRow::FIELDS)?;
    for row in rows {
        table.write_record(row.record().iter().map(|value| guarded(value).into_owned()))?;
    }
    table.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::wire::RowState;
    use crate::domain::id::{JobId, WorkspaceId};
    use std::os::unix::fs::PermissionsExt;

    fn rows() -> Vec<JobRow> {
        let row = |row, name: &str, state, reason: Option<&str>| JobRow {
            row,
            target: Some(7),
            name: name.into(),
            state,
            reason: reason.map(Text::from),
            link: None,
        };
        vec![
            row(1, "=cmd()@x.test", RowState::Applied, None),
            row(2, "bo@x.test", RowState::Failed, Some("-1, \"no\"")),
        ]
    }

    fn export(path: &Path, overwrite: bool) -> Export {
        Export {
            workspace: WorkspaceId(1),
            job: JobId(1),
            path: path.display().to_string(),
            format: Format::Csv,
            overwrite,
        }
    }

    #[test]
    fn a_table_starts_no_formula_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.csv");
        save(&export(&path, false), &rows()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(
            text,
            "row,email,state,reason,link\n1,'=cmd()@x.test,applied,,\n2,bo@x.test,failed,\"'-1, \"\"no\"\"\",\n"
        );
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_is_there_is_replaced_only_when_told_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.csv");
        std::fs::write(&path, "mine").unwrap();
        let refused = save(&export(&path, false), &rows()).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
        save(&export(&path, true), &rows()).unwrap();
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
            let refused = save(&export(path, overwrite), &rows()).unwrap_err();
            assert!(refused.to_string().contains("not a file"), "{refused}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
