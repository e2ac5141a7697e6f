//! What the payment service relies on, whatever holds the storage: each fact is written once and held against every storage.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

mod announcing;
mod calling;
mod committing;
mod creating;
mod failing;
mod feeding;
mod guarding;
mod holding;
mod leasing;
mod migrating;
mod new_payments;
mod pairing;
mod refunds;
mod remembering;
mod sales;

use std::sync::Arc;

use rusqlite::Connection;
use scantill_proxy::clock::SystemEntropy;
use scantill_proxy::storage::{SqliteStorage, Storage};
use tempfile::TempDir;

/// Books that can be closed and opened again.
pub(crate) trait Database {
    fn open(&self) -> Arc<dyn Storage>;
}

struct SqliteBooks {
    folder: TempDir,
}

impl Database for SqliteBooks {
    fn open(&self) -> Arc<dyn Storage> {
        Arc::new(SqliteStorage::open(self.folder.path(), &SystemEntropy).unwrap())
    }
}

impl SqliteBooks {
    /// The file itself, past the storage.
    fn file(&self) -> Connection {
        Connection::open(self.folder.path().join("scantill.sqlite3")).unwrap()
    }
}

fn sqlite() -> SqliteBooks {
    SqliteBooks { folder: TempDir::new().unwrap() }
}

/// Each storage has its maker here, and passes the same facts.
macro_rules! every_store {
    ($($room:ident: $($fact:ident),+;)+) => {
        mod in_sqlite {
            $(mod $room {
                $(#[tokio::test(flavor = "multi_thread")]
                async fn $fact() {
                    crate::$room::$fact(&crate::sqlite()).await;
                })+
            })+
        }
    };
}

every_store! {
    creating:
        a_new_payment_is_in_storage_as_it_was_ordered,
        the_same_id_again_gives_what_is_there,
        of_many_copies_of_one_put_one_is_new,
        counters_grow_and_never_repeat,
        a_code_is_used_once,
        a_code_is_used_unless_it_was_proved_not_sent,
        an_id_recorded_as_never_arrived_is_never_accepted,
        a_payment_that_is_there_is_not_recorded_as_never_arrived;
    sales:
        of_many_creates_in_one_sale_one_is_accepted,
        a_paid_sale_takes_no_other_payment,
        an_unpaid_end_frees_the_sale,
        a_sale_keeps_its_amount,
        sales_of_other_stores_do_not_stand_in_the_way,
        a_reference_that_is_open_or_paid_today_must_be_accepted,
        only_a_payment_of_this_reference_here_can_be_accepted,
        of_two_successes_in_one_sale_one_is_kept;
    committing:
        a_commit_is_there_for_the_next_reader,
        a_stale_commit_writes_nothing_and_shows_what_is_there,
        of_many_commits_on_one_version_one_is_done,
        commits_on_many_payments_at_once_are_all_done,
        the_storage_outlives_the_process_that_opened_it;
    feeding:
        an_input_that_an_old_version_ignores_reaches_the_newer_one,
        an_input_that_an_old_version_takes_is_judged_by_the_newest,
        an_input_changes_the_newest_version_and_loses_nothing_of_it,
        an_input_that_no_version_takes_shows_the_newest_one,
        of_many_copies_of_one_input_one_changes_the_payment,
        an_old_version_that_is_missing_in_storage_is_an_error;
    refunds:
        refunds_are_written_up_to_the_charge_and_not_beyond,
        one_refund_of_a_charge_is_under_way_at_a_time,
        what_was_refused_or_is_absent_takes_nothing_of_the_charge,
        a_refund_that_is_refused_takes_no_neighbour_with_it,
        what_the_provider_shows_is_written_whatever_was_approved_meanwhile,
        an_approved_return_counts_in_its_store_since_its_approval;
    announcing:
        changes_are_announced_in_the_order_of_their_commits,
        a_change_is_announced_to_its_own_terminal_alone,
        what_is_announced_is_in_storage,
        what_is_refused_is_not_announced,
        a_stream_gets_what_it_missed_and_nothing_of_other_terminals,
        a_new_stream_gets_open_payments_and_reviews,
        of_many_reviews_a_stream_gets_the_newest_beside_open_payments,
        the_epoch_names_these_storage_and_no_others;
    leasing:
        what_is_due_is_leased_once_and_the_longest_due_first,
        a_lease_that_ran_out_goes_to_another_under_a_higher_fence,
        a_stale_lease_releases_nothing,
        a_stale_lease_writes_nothing,
        a_released_lease_writes_nothing,
        a_lease_in_force_writes,
        a_wish_that_came_while_it_was_leased_makes_it_due_again,
        a_commit_during_a_lease_decides_the_due_time,
        a_payment_that_is_over_is_forgotten,
        overdue_polls_of_finished_payments_are_staggered_and_open_ones_not,
        a_payment_after_its_last_poll_is_not_due_after_a_restart,
        money_on_its_way_back_is_not_put_off,
        finished_payments_leave_room_for_active_ones,
        a_duplicate_that_is_not_over_keeps_its_payment_active,
        what_is_planned_stays_as_far_off_when_the_clock_is_set,
        claims_end_with_the_process_and_what_was_due_is_due_again;
    holding:
        a_take_over_names_the_new_holder_and_is_announced_once,
        a_take_over_leaves_what_is_planned_and_leased_as_it_was;
    remembering:
        an_identity_is_known_again_by_the_keys_fingerprint,
        a_key_of_another_account_is_refused_once_there_are_payments,
        keys_for_codes_last_half_a_day_and_end_after_one,
        a_webhook_is_kept_once,
        what_a_webhook_says_is_there_until_it_was_followed,
        a_webhook_is_forgotten_after_two_weeks,
        an_early_payment_gets_the_interval_of_two_reconciliations,
        the_storage_says_how_many_payments_are_open;
    pairing:
        a_pairing_code_is_good_once,
        of_many_devices_with_one_code_one_is_paired,
        a_wrong_or_old_pairing_code_is_refused,
        a_code_dies_by_five_tries_and_takes_no_other_with_it,
        the_fifth_try_of_a_code_may_be_right,
        a_code_is_not_good_before_it_was_made,
        pairing_a_terminal_again_ends_its_older_devices,
        of_two_codes_for_a_terminal_the_last_used_wins,
        a_revoked_terminal_has_no_device_and_no_code,
        terminals_are_listed_with_their_devices,
        a_device_keeps_its_terminal_when_it_pairs_again,
        a_device_that_pairs_again_has_one_token_in_the_account,
        a_code_of_an_account_that_is_not_configured_is_not_spent,
        an_unknown_token_belongs_to_no_device;
    calling:
        the_review_list_of_a_store_holds_doubts_and_no_resolved_payments;
    failing:
        a_write_that_fails_takes_no_neighbour_with_it,
        a_commit_on_an_unknown_payment_fails_and_writes_nothing;
}
