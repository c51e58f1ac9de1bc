//! The window goes with the cursor, whatever comes and goes.

#![cfg(test)]

use super::*;

impl Row for u32 {
    type Id = u32;

    fn id(&self) -> u32 {
        *self
    }
}

/// A backend that holds the numbers below `all` and cuts pages by key.
fn serve(all: u32, query: &PageQuery) -> Page<u32> {
    let limit = query.limit.unwrap();
    let key = |text: &String| text.parse::<u32>().unwrap();
    let (first, end) = match (&query.after, &query.before, query.last) {
        (Some(after), ..) => (key(after) + 1, (key(after) + 1 + limit).min(all)),
        (_, Some(before), _) => (key(before).saturating_sub(limit), key(before)),
        (_, _, true) => (all.saturating_sub(limit), all),
        _ => (0, limit.min(all)),
    };
    Page {
        items: (first..end).collect(),
        before: (first > 0).then(|| first.to_string()),
        after: (end < all).then(|| (end - 1).to_string()),
        revision: 1,
    }
}

fn settle(list: &mut Listing<u32>, all: u32) {
    list.settle(20);
    for _ in 0..20 {
        let Some(query) = list.ahead(20) else { return };
        list.take(serve(all, &query));
        list.settle(20);
    }
    panic!("it never has enough");
}

fn opened(all: u32) -> Listing<u32> {
    let mut list = Listing::new(&["number"]);
    list.matching = Some(u64::from(all));
    let query = list.fresh();
    list.take(serve(all, &query));
    settle(&mut list, all);
    list
}

fn go(list: &mut Listing<u32>, all: u32, movement: Move) {
    if let Some(query) = list.go(movement) {
        list.take(serve(all, &query));
    }
    settle(list, all);
}

#[test]
fn one_can_walk_a_long_list_down_and_up_through_a_bounded_window() {
    let all = 3_000;
    let mut list = opened(all);
    for expected in 1..all {
        go(&mut list, all, Move::By(1));
        assert_eq!(list.current(), Some(&expected));
        assert!(list.held() <= WINDOW, "{}", list.held());
        assert_eq!(list.position(), Some(u64::from(expected)));
    }
    for expected in (0..all - 1).rev() {
        go(&mut list, all, Move::By(-1));
        assert_eq!(list.current(), Some(&expected));
        assert!(list.held() <= WINDOW);
    }
    assert_eq!(list.position(), Some(0));
}

#[test]
fn the_last_row_is_one_page_away_and_so_is_the_first() {
    let all = 1_000_000;
    let mut list = opened(all);
    go(&mut list, all, Move::Last);
    assert_eq!((list.current(), list.position()), (Some(&999_999), Some(999_999)));
    assert_eq!(list.visible(20).last(), Some((true, &999_999)));
    go(&mut list, all, Move::By(-300));
    assert!(list.current().is_some_and(|row| *row < 999_999));
    go(&mut list, all, Move::First);
    assert_eq!((list.current(), list.position()), (Some(&0), Some(0)));
}

#[test]
fn reading_again_keeps_the_cursor_on_its_row_and_the_row_in_its_place() {
    let all = 3_000;
    let mut list = opened(all);
    for _ in 0..1_234 {
        go(&mut list, all, Move::By(1));
    }
    let before: Vec<u32> = list.visible(20).map(|(_, row)| *row).collect();
    let query = list.again();
    list.take(serve(all, &query));
    list.settle(20);
    assert_eq!(list.current(), Some(&1_234));
    assert_eq!(list.visible(20).map(|(_, row)| *row).collect::<Vec<_>>(), before);
    assert_eq!(list.position(), Some(1_234));
}

#[test]
fn a_row_that_is_gone_leaves_the_cursor_near() {
    let mut list = opened(50);
    go(&mut list, 50, Move::Last);
    let query = list.again();
    list.take(serve(40, &query));
    settle(&mut list, 40);
    assert_eq!(list.current(), Some(&39));
}

#[test]
fn rows_stay_until_those_of_the_new_filter_come() {
    let mut list = opened(50);
    let query = list.fresh();
    assert!(list.stale());
    assert_eq!(list.held(), 50);
    list.take(serve(3, &query));
    assert!(!list.stale());
    assert_eq!(list.held(), 3);
}
