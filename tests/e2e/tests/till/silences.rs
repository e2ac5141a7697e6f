//! Answers lost, polls and streams blocked, webhooks dropped: one way is enough, and nothing is charged twice.

use std::collections::HashSet;

use anyhow::Result;
use scantill_e2e::{Fault, World, magic};
use serde_json::json;

const PUT: &str = "PUT /v1/payments/*";
const POLL: &str = "GET /v1/payments/*";
const STREAM: &str = "GET /v1/events";

#[tokio::test]
async fn a_put_whose_answer_is_lost_is_repeated_as_the_same_payment() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world.faults.always(Fault::Cut, STREAM);
    world.faults.break_answers();
    world.faults.once(Fault::LoseAnswer, PUT);
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    let puts = world.faults.seen(PUT);
    let ids: HashSet<&str> = puts.iter().map(|put| put.path.as_str()).collect();
    assert_eq!((puts.len(), ids.len()), (2, 1), "{puts:?}");
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_payment_whose_webhooks_are_lost_is_found_by_reading() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world.sandbox.order("POST", "webhooks/drop", json!({ "count": "all" })).await?;
    till.scan(&magic("01")).await?;
    till.shows("pending").await?;
    world.sandbox.confirm().await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn the_stream_alone_brings_the_outcome_while_polls_are_lost() -> Result<()> {
    for fault in [Fault::Swallow, Fault::Cut] {
        let world = World::start().await?;
        let till = world.open("/?amount=2225").await?;
        till.shows("scan").await?;
        world.faults.until_answered(STREAM, 1).await?;
        world.faults.always(fault, POLL);
        till.scan(&magic("01")).await?;
        till.shows("pending").await?;
        world.faults.until_seen(POLL, 1).await?;
        world.sandbox.confirm().await?;
        till.shows("paid").await?;
        assert!(world.faults.seen(POLL).iter().all(|poll| poll.status.is_none()), "{fault:?}");
        world.agrees(1, 1).await?;
        world.close();
    }
    Ok(())
}

#[tokio::test]
async fn polls_alone_bring_the_outcome_where_there_is_no_stream() -> Result<()> {
    for fault in [Fault::Swallow, Fault::Cut] {
        let world = World::start().await?;
        world.faults.always(fault, STREAM);
        let till = world.open("/?amount=2225").await?;
        till.shows("scan").await?;
        till.scan(&magic("01")).await?;
        till.shows("pending").await?;
        world.sandbox.confirm().await?;
        till.shows("paid").await?;
        assert!(world.faults.seen(STREAM).iter().all(|stream| stream.status.is_none()), "{fault:?}");
        world.agrees(1, 1).await?;
        world.close();
    }
    Ok(())
}

#[tokio::test]
async fn a_stream_that_breaks_is_opened_again() -> Result<()> {
    let world = World::start().await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    till.scan(&magic("01")).await?;
    till.shows("pending").await?;
    world.faults.until_answered(STREAM, 1).await?;
    world.faults.always(Fault::Cut, POLL);
    world.faults.break_answers();
    world.faults.until_answered(STREAM, 2).await?;
    world.sandbox.confirm().await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}
