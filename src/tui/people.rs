//! Files of people, read for the console.

use crate::{
    api::{
        error::ApiError,
        wire::{ImportFault, ImportRow},
    },
    app::effect::Reply,
    cli::{file, people},
    domain::{sheet::headed, untrusted::Text},
    i18n::tf,
};

/// The people in a file: a table with a header is read here, and what is wrong with it told by line and column;
/// the words of any other list are for whoever knows the roles and groups that they may name.
pub async fn read(path: String) -> Result<Reply, ApiError> {
    let read = tokio::task::spawn_blocking(move || file::contents(&file::at_home(&path))).await;
    let bytes = match read {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => return Err(invalid(&tf("dialog.invite_many.unreadable", &[("why", &error)]), Vec::new())),
        Err(error) => return Err(ApiError::Server(Text::new(error.to_string()))),
    };
    let text = people::text(&bytes).map_err(faulty)?;
    if headed(text) {
        return Ok(Reply::People(pasted(text)?));
    }
    if text.trim().is_empty() {
        return Err(faulty(vec![people::nobody()]));
    }
    Ok(Reply::List(text.to_owned()))
}

/// The people in a table with its header.
pub fn pasted(text: &str) -> Result<Vec<ImportRow>, ApiError> {
    people::table(text).map_err(faulty)
}

fn faulty(faults: Vec<ImportFault>) -> ApiError {
    invalid(&tf("dialog.invite_many.faulty", &[("n", &faults.len())]), faults)
}

fn invalid(message: &str, faults: Vec<ImportFault>) -> ApiError {
    ApiError::Invalid { field: Some("file".to_owned()), message: message.into(), faults }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn refused(path: &std::path::Path) -> (String, usize) {
        match read(path.to_string_lossy().into_owned()).await {
            Err(ApiError::Invalid { message, faults, .. }) => (message.to_string(), faults.len()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_pasted_table_is_read_as_a_file_is() {
        let text = "email;name;role;groups\nann@a.test;Ann One;Designer;\"Content Team;Campaign Desk\"\n";
        let [one] = pasted(text).unwrap().try_into().unwrap();
        assert_eq!((one.line, one.email, one.name), (2, "ann@a.test".into(), "Ann One".into()));
        assert_eq!((one.roles, one.groups.len()), (vec!["Designer".into()], 2));
        assert!(pasted("email,department\nann@a.test,Sales").is_err());
    }

    #[tokio::test]
    async fn a_file_is_read_or_told_what_is_wrong_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.csv");
        std::fs::write(&path, "email,role\nbo@a.test,Viewer\n").unwrap();
        let Ok(Reply::People(table)) = read(path.to_string_lossy().into_owned()).await else { panic!("no table") };
        assert_eq!(table[0].email, "bo@a.test".into());
        std::fs::write(&path, "Bo Li <bo@a.test>, Viewer\n").unwrap();
        let Ok(Reply::List(list)) = read(path.to_string_lossy().into_owned()).await else { panic!("no list") };
        assert_eq!(list, "Bo Li <bo@a.test>, Viewer\n");
        std::fs::write(&path, "\n \n").unwrap();
        assert_eq!(refused(&path).await.1, 1);
        std::fs::write(&path, "email,role\n,Viewer\n,Viewer\n").unwrap();
        assert_eq!(refused(&path).await.1, 2);
        assert!(refused(folder.path()).await.0.contains("not a file"));
        assert!(refused(&folder.path().join("none.csv")).await.0.contains("could not be read"));
        std::fs::write(&path, vec![b'a'; file::MOST as usize + 1]).unwrap();
        assert!(refused(&path).await.0.contains("16 MB"));
    }
}
