//! Which rows a command is for: addresses, addresses on standard input, or a filter.

use super::{args, exit::Failure, file, filter, session::Session};
use crate::{
    api::{
        backend::{Backend, every},
        error::ApiError,
        wire::{InvitationRow, MAX_PAGE, MemberRow, Page, PageQuery},
    },
    config::nearest,
    domain::{
        address::{self, folded},
        change::Selection,
        filter::{Filter, InvitationTest, Term, Test},
        id::{InvitationId, MemberId},
        untrusted::visible,
    },
    i18n::tf,
};
use std::{
    collections::{HashMap, HashSet},
    io,
};

/// Missing addresses that are searched for one that was meant.
const GUESSED: usize = 5;

/// Addresses that are looked up one by one; for more, the list is read once.
const ONE_BY_ONE: usize = 20;

/// Addresses as arguments, `-` for those on standard input, one a line; as they are, and in order.
pub fn addresses(arguments: &[String]) -> Result<Vec<String>, Failure> {
    let mut addresses = Vec::new();
    for argument in arguments {
        if argument == "-" {
            let unread = |why| Failure::failed(tf("cli.change.stdin", &[("why", &why)]));
            let bytes = file::all(io::stdin().lock()).map_err(unread)?;
            let text = file::text(&bytes).map_err(|n| Failure::failed(tf("cli.change.stdin-line", &[("n", &n)])))?;
            addresses.extend(text.lines().map(|line| line.trim().to_owned()));
        } else {
            addresses.push(argument.trim().to_owned());
        }
    }
    addresses.retain(|address| !address.is_empty());
    Ok(addresses)
}

/// Members.
pub async fn members<B: Backend>(session: &Session<B>, which: &args::Members) -> Result<Selection, Failure> {
    let matching = match &which.filter {
        Some(typed) => Some(filter::of::<Test>(session, typed, &[]).await?),
        None => which.all.then(String::new),
    };
    choose(matching, &which.emails, async |query| session.backend.members(session.id(), &query).await, "").await
}

/// The member who has an address.
pub async fn member<B: Backend>(session: &Session<B>, email: &str) -> Result<MemberId, Failure> {
    one(email, async |query| session.backend.members(session.id(), &query).await, "").await.map(MemberId)
}

/// Invitations.
pub async fn invitations<B: Backend>(session: &Session<B>, which: &args::Invitations) -> Result<Selection, Failure> {
    let matching = if which.all || which.filter.is_some() || !which.flags.is_empty() {
        let typed = which.filter.as_deref().unwrap_or_default();
        Some(filter::of::<InvitationTest>(session, typed, &which.flags).await?)
    } else {
        None
    };
    choose(matching, &which.emails, async |query| session.backend.invitations(session.id(), &query).await, "status:any")
        .await
}

/// The invitation that an address has: the open one, else the latest.
pub async fn invitation<B: Backend>(session: &Session<B>, email: &str) -> Result<InvitationId, Failure> {
    one(email, async |query| session.backend.invitations(session.id(), &query).await, "status:any")
        .await
        .map(InvitationId)
}

async fn choose<R: Addressed>(
    matching: Option<String>,
    emails: &[String],
    ask: impl AsyncFn(PageQuery) -> Result<Page<R>, ApiError>,
    whole: &str,
) -> Result<Selection, Failure> {
    if let Some(filter) = matching {
        return Ok(Selection::matching(filter));
    }
    let mut emails = addresses(emails)?;
    // Somebody named twice is meant once: the change is the same.
    let mut seen = HashSet::new();
    emails.retain(|email| seen.insert(folded(email)));
    Ok(Selection::ids(look_up(&emails, ask, whole).await?))
}

/// A row that an address finds.
trait Addressed {
    /// The key of the sentence that nothing has an address.
    const NONE: &'static str;
    fn email(&self) -> &str;
    fn id(&self) -> i64;
    /// Of several with one address the greatest is meant.
    fn rank(&self) -> (bool, i64);
}

impl Addressed for MemberRow {
    const NONE: &'static str = "cli.change.no-email";

    fn email(&self) -> &str {
        self.email.raw()
    }

    fn id(&self) -> i64 {
        self.id.0
    }

    fn rank(&self) -> (bool, i64) {
        (true, self.id.0)
    }
}

impl Addressed for InvitationRow {
    const NONE: &'static str = "cli.change.no-invitation";

    fn email(&self) -> &str {
        self.email.raw()
    }

    fn id(&self) -> i64 {
        self.id.0
    }

    /// The open one; else the latest.
    fn rank(&self) -> (bool, i64) {
        (self.status.open(), self.id.0)
    }
}

async fn one<R: Addressed>(
    email: &str,
    ask: impl AsyncFn(PageQuery) -> Result<Page<R>, ApiError>,
    whole: &str,
) -> Result<i64, Failure> {
    let found = look_up(&[email.trim().to_owned()], ask, whole).await?;
    found.first().copied().ok_or_else(|| Failure::failed(tf(R::NONE, &[("email", &visible(email))])))
}

async fn look_up<R: Addressed>(
    emails: &[String],
    ask: impl AsyncFn(PageQuery) -> Result<Page<R>, ApiError>,
    whole: &str,
) -> Result<Vec<i64>, Failure> {
    let mut rows: Vec<R> = Vec::new();
    if emails.len() > ONE_BY_ONE {
        rows = every(PageQuery { filter: whole.to_owned(), ..PageQuery::default() }, |query| ask(query)).await?;
    } else {
        // What is too long for an address is nobody's, and too long to be asked for.
        for email in emails.iter().filter(|email| email.chars().count() <= address::MAX) {
            let query = PageQuery { filter: with(whole, email), ..PageQuery::default() };
            rows.extend(every(query, |query| ask(query)).await?);
        }
    }
    let mut best: HashMap<String, &R> = HashMap::new();
    for row in &rows {
        let place = best.entry(folded(row.email())).or_insert(row);
        if row.rank() > place.rank() {
            *place = row;
        }
    }
    let mut ids = Vec::with_capacity(emails.len());
    let mut missing = Vec::new();
    for email in emails {
        match best.get(&folded(email)) {
            Some(row) => ids.push(row.id()),
            None => missing.push(email),
        }
    }
    if missing.is_empty() {
        return Ok(ids);
    }
    let mut lines = Vec::with_capacity(missing.len());
    for (at, email) in missing.into_iter().enumerate() {
        let said = tf(R::NONE, &[("email", &visible(email))]);
        let near = if at < GUESSED { meant(email, &ask, whole).await? } else { None };
        lines.push(match near {
            Some(near) => tf("cli.change.meant", &[("said", &said), ("name", &visible(&near))]),
            None => said,
        });
    }
    if lines.len() > 1 {
        lines.insert(0, tf("cli.change.nobody-found", &[("n", &lines.len())]));
    }
    Err(Failure::failed(lines.join("\n")))
}

/// An address that begins alike and is near.
async fn meant<R: Addressed>(
    email: &str,
    ask: impl AsyncFn(PageQuery) -> Result<Page<R>, ApiError>,
    whole: &str,
) -> Result<Option<String>, ApiError> {
    let begin: String = email.chars().take(2).collect();
    let query = PageQuery { filter: with(whole, &begin), limit: Some(MAX_PAGE), ..PageQuery::default() };
    let page = ask(query).await?;
    Ok(nearest(&folded(email), page.items.iter().map(Addressed::email)).map(str::to_owned))
}

/// A filter with one more word.
fn with(whole: &str, word: &str) -> String {
    let term = Filter { terms: vec![Term { negated: false, test: Test::Word(word.to_owned()) }] };
    format!("{whole} {term}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_word_of_the_filter_however_it_is_written() {
        assert_eq!(with("", "bo@a.test"), "bo@a.test");
        assert_eq!(with("status:any", "bo@a.test"), "status:any bo@a.test");
        let odd = with("", "role:\"x y");
        assert_eq!(odd.parse::<Filter>().unwrap().terms[0].test, Test::Word("role:\"x y".into()));
    }

    #[test]
    fn addresses_are_taken_as_they_are_typed_but_for_blanks() {
        let typed = ["bo@a.test", " BO@a.test ", "", "cy@a.test"].map(str::to_owned);
        assert_eq!(addresses(&typed).unwrap(), ["bo@a.test", "BO@a.test", "cy@a.test"]);
    }
}
