//! The filter of a command: read, and looked whether what it names is there. A misspelt role passes nobody, and turned
//! round everybody: neither is what anybody means.

use super::{exit::Failure, names, session::Session};
use crate::{
    api::backend::Backend,
    domain::{
        filter::{Filter, Thing, Vocabulary, contains},
        untrusted::Text,
    },
};

/// The filter of `--filter` and `--flag`; wrong ones, and those that name what is not there, are wrong usage.
pub async fn of<T: Vocabulary>(
    session: &Session<impl Backend>,
    typed: &str,
    flags: &[String],
) -> Result<String, Failure> {
    let text = flagged(typed, flags);
    let filter: Filter<T> = text.parse().map_err(|error| Failure::usage(format!("{error}")))?;
    for thing in filter.terms.iter().filter_map(|term| term.test.names()) {
        there(session, thing).await?;
    }
    Ok(text)
}

fn flagged(typed: &str, flags: &[String]) -> String {
    match flags {
        [] => typed.to_owned(),
        flags => format!("flag:{} {typed}", flags.join(",")).trim().to_owned(),
    }
}

async fn there(session: &Session<impl Backend>, thing: Thing<'_>) -> Result<(), Failure> {
    let (none, part, all): (_, _, Vec<Text>) = match thing {
        // Whoever is the owner holds no role of that name.
        Thing::Role(part) if part.to_lowercase() == "owner" => return Ok(()),
        Thing::Role(part) => {
            let roles = session.backend.roles(session.id()).await?;
            if roles.iter().any(|role| contains(&role.key, part)) {
                return Ok(());
            }
            ("cli.change.no-role", part, roles.into_iter().map(|role| role.name).collect())
        }
        Thing::Group(part) => {
            let groups = session.backend.groups(session.id()).await?;
            ("cli.change.no-group", part, groups.into_iter().map(|group| group.name).collect())
        }
        Thing::Folder(part) => {
            let folders = session.backend.folders(session.id()).await?;
            ("cli.change.no-folder", part, folders.into_iter().map(|folder| folder.name).collect())
        }
    };
    if all.iter().any(|name| contains(name.raw(), part)) {
        return Ok(());
    }
    Err(Failure::usage(format!("--filter: {}", names::unknown(none, part, all.iter()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_a_term_of_the_filter() {
        let flags = ["expiring".to_owned(), "failed".to_owned()];
        assert_eq!(flagged("role:viewer", &flags), "flag:expiring,failed role:viewer");
        assert_eq!(flagged("role:viewer", &[]), "role:viewer");
        assert_eq!(flagged("", &flags), "flag:expiring,failed");
    }
}
