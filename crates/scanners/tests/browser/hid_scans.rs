//! HID scanners work after every reload and replug, and each scan arrives once.

use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_hid::{FakeDevice, FakeHid, Form, report, without_hid};
use super::stage::{Stage, frames, until};

const CODE: &str = "28763443825664394";

#[wasm_bindgen_test]
async fn a_scanner_granted_earlier_works_without_a_dialog() {
    for form in [Form::Honeywell, Form::Zebra, Form::WithoutAim] {
        let scanner = FakeDevice::scanner("Voyager 1200g");
        let _hid = FakeHid::new(&[&scanner]);
        let stage = Stage::new();
        until("it is ready", || stage.mark() == "ready").await;
        assert!(stage.says("hid-told").unwrap().contains("Voyager 1200g"));
        scanner.scan(form, CODE);
        let scans = stage.scans.borrow();
        assert!(scans.len() == 1 && scans[0].ends_with(CODE), "{form:?}: {scans:?}");
    }
}

#[wasm_bindgen_test]
async fn a_scanner_is_read_by_its_own_description() {
    let scanner = FakeDevice::described("Reader");
    let _hid = FakeHid::new(&[&scanner]);
    let stage = Stage::new();
    until("it is ready", || stage.mark() == "ready").await;
    let mut report = CODE.as_bytes().to_vec();
    report.extend([0, 0, 0, 17]);
    scanner.report(7, &report);
    assert_eq!(*stage.scans.borrow(), [CODE]);
}

#[wasm_bindgen_test]
async fn a_report_with_a_wrong_time_is_read_as_now() {
    let clock = web_sys::window().unwrap().performance().unwrap();
    for off_ms in [None, Some(-180_000.0), Some(180_000.0), Some(0.0)] {
        let scanner = FakeDevice::scanner("Voyager");
        let _hid = FakeHid::new(&[&scanner]);
        let stage = Stage::new();
        until("it is ready", || stage.mark() == "ready").await;
        let now_ms = clock.now();
        scanner.scan_at(off_ms.map_or(0.0, |off_ms| now_ms + off_ms), CODE);
        let late_ms = clock.now() - stage.times_ms.borrow()[0];
        assert!((0.0..1_000.0).contains(&late_ms), "{off_ms:?}: {late_ms} ms ago");
    }
}

#[wasm_bindgen_test]
async fn a_scanner_is_chosen_once_and_then_works() {
    let scanner = FakeDevice::scanner("Voyager");
    let hid = FakeHid::new(&[]);
    let stage = Stage::new();
    until("none is there", || stage.mark() == "idle").await;
    hid.dialog(None);
    stage.scanners.choose();
    frames(3).await;
    assert_eq!(stage.mark(), "idle", "a dialog that was closed changes nothing");
    hid.dialog(Some(&scanner));
    stage.scanners.choose();
    until("it is ready", || stage.mark() == "ready").await;
    stage.scanners.choose();
    frames(3).await;
    scanner.scan(Form::Honeywell, CODE);
    assert_eq!((stage.scans.borrow().len(), scanner.openings()), (1, 1.0), "chosen twice, heard once");
}

#[wasm_bindgen_test]
async fn a_replugged_scanner_gives_each_scan_once() {
    let scanner = FakeDevice::scanner("Voyager");
    let hid = FakeHid::new(&[&scanner]);
    let stage = Stage::new();
    until("it is ready", || stage.mark() == "ready").await;
    for round in 1..=3 {
        hid.pull(&scanner);
        assert_eq!(stage.mark(), "idle");
        hid.plug_in(&scanner);
        hid.plug_in(&scanner);
        until("it is ready again", || stage.mark() == "ready").await;
        frames(2).await;
        scanner.scan(Form::Zebra, CODE);
        assert_eq!(stage.scans.borrow().len(), round);
    }
}

#[wasm_bindgen_test]
async fn pulled_in_the_middle_of_a_scan_leaves_nothing_for_the_next() {
    let scanner = FakeDevice::scanner("Voyager");
    let hid = FakeHid::new(&[&scanner]);
    let stage = Stage::new();
    until("it is ready", || stage.mark() == "ready").await;
    scanner.report(2, &report(Form::Honeywell, b"]Q1", b"https://exam", b's', true));
    hid.pull(&scanner);
    hid.plug_in(&scanner);
    until("it is ready again", || stage.mark() == "ready").await;
    scanner.scan(Form::Honeywell, CODE);
    assert_eq!(*stage.scans.borrow(), [format!("]C0{CODE}")]);
}

#[wasm_bindgen_test]
async fn two_scanners_do_not_mix_their_reports() {
    let (left, right) = (FakeDevice::scanner("Left"), FakeDevice::scanner("Right"));
    let _hid = FakeHid::new(&[&left, &right]);
    let stage = Stage::new();
    until("both are there", || stage.says("hid-told").is_some_and(|told| told.contains("Left, Right"))).await;
    left.report(2, &report(Form::Honeywell, b"]Q1", b"https://", b's', true));
    right.scan(Form::Zebra, CODE);
    left.report(2, &report(Form::Honeywell, b"]Q1", b"qr.alipay.com", b's', false));
    assert_eq!(*stage.scans.borrow(), [format!("]C0{CODE}"), "]Q1https://qr.alipay.com".to_owned()]);
}

#[wasm_bindgen_test]
async fn answers_and_broken_reports_are_no_scans_nor_without_focus() {
    let scanner = FakeDevice::scanner("Voyager");
    let _hid = FakeHid::new(&[&scanner]);
    let stage = Stage::new();
    until("it is ready", || stage.mark() == "ready").await;
    scanner.report(2, &report(Form::Honeywell, b"]Z6", b"REVINF: 28763443825664394", b'6', false));
    scanner.report(2, &[17, b']', b'C']);
    scanner.report(3, &report(Form::Honeywell, b"]C0", CODE.as_bytes(), b'j', false));
    stage.takes_scans.set(false);
    scanner.scan(Form::Honeywell, CODE);
    assert!(stage.scans.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn what_is_in_the_way_is_told_with_what_to_do() {
    let keyboard = FakeDevice::keyboard("DS4608");
    let taken = FakeDevice::scanner("Voyager").taken();
    for (device, told) in [(&keyboard, "HID POS"), (&taken, "in use")] {
        let hid = FakeHid::new(&[]);
        let stage = Stage::new();
        hid.dialog(Some(device));
        stage.scanners.choose();
        until("the trouble", || stage.mark() == "trouble").await;
        assert!(stage.says("hid-told").unwrap().contains(told));
        assert!(stage.says("connect").is_some(), "it may be chosen again");
    }
    let _hid = FakeHid::forbidden();
    let stage = Stage::new();
    until("the policy", || stage.says("hid-told").is_some_and(|told| told.contains("Permissions-Policy")))
        .await;
    assert_eq!(stage.says("connect"), None);
}

#[wasm_bindgen_test]
async fn a_browser_without_webhid_says_so() {
    let _hid = without_hid();
    let stage = Stage::new();
    frames(3).await;
    assert_eq!(stage.mark(), "absent");
    assert!(stage.says("hid-told").unwrap().contains("no WebHID"));
    stage.scanners.choose();
}

#[wasm_bindgen_test]
async fn of_two_tills_the_one_with_scanner_focus_gets_scans() {
    let scanner = FakeDevice::scanner("Voyager");
    let _hid = FakeHid::new(&[&scanner]);
    let (left, right) = (Stage::new(), Stage::new());
    until("both hear it", || left.mark() == "ready" && right.mark() == "ready").await;
    assert!(scanner.openings() < 2.0, "it is opened once");
    right.takes_scans.set(false);
    scanner.scan(Form::Honeywell, CODE);
    left.takes_scans.set(false);
    right.takes_scans.set(true);
    scanner.scan(Form::Honeywell, CODE);
    assert_eq!((left.scans.borrow().len(), right.scans.borrow().len()), (1, 1));
}

#[wasm_bindgen_test]
async fn the_last_till_that_goes_gives_the_scanner_back() {
    let scanner = FakeDevice::scanner("Voyager");
    let _hid = FakeHid::new(&[&scanner]);
    let (left, right) = (Stage::new(), Stage::new());
    until("both hear it", || left.mark() == "ready" && right.mark() == "ready").await;
    drop(left);
    frames(4).await;
    assert!(scanner.is_open(), "the other till uses it");
    drop(right);
    let next = Stage::new();
    until("it is closed, and opened anew", || next.mark() == "ready" && 1.0 < scanner.openings()).await;
    drop(next);
    until("it is closed", || !scanner.is_open()).await;
}

#[wasm_bindgen_test]
async fn a_till_that_goes_while_it_opens_a_scanner_leaves_it_closed() {
    let scanner = FakeDevice::scanner("Voyager");
    let hid = FakeHid::new(&[]);
    let stage = Stage::new();
    until("none is there", || stage.mark() == "idle").await;
    hid.plug_in(&scanner);
    drop(stage);
    until("it was opened", || 0.0 < scanner.openings()).await;
    until("it is closed", || !scanner.is_open()).await;
}

#[wasm_bindgen_test]
async fn a_scanner_beside_a_device_of_another_mode_is_ready() {
    let scanner = FakeDevice::scanner("Voyager");
    let keyboard = FakeDevice::keyboard("DS4608");
    for granted in [[&scanner, &keyboard], [&keyboard, &scanner]] {
        let _hid = FakeHid::new(&granted);
        let stage = Stage::new();
        until("it is ready", || stage.mark() == "ready").await;
        frames(3).await;
        assert_eq!(stage.says("hid-told").as_deref(), Some("Connected: Voyager"));
    }
}

#[wasm_bindgen_test]
async fn a_dialog_that_fails_is_no_policy_unless_the_browser_says_so() {
    let hid = FakeHid::new(&[]);
    let stage = Stage::new();
    until("none is there", || stage.mark() == "idle").await;
    hid.dialog_fails("AbortError");
    stage.scanners.choose();
    frames(3).await;
    assert_eq!(stage.mark(), "idle");
    hid.dialog_fails("SecurityError");
    stage.scanners.choose();
    until("the policy", || stage.mark() == "trouble").await;
}

#[wasm_bindgen_test]
async fn a_scanner_pulled_during_opening_is_not_in_use() {
    let scanner = FakeDevice::scanner("Voyager").taken();
    let hid = FakeHid::new(&[]);
    let stage = Stage::new();
    until("none is there", || stage.mark() == "idle").await;
    hid.plug_in(&scanner);
    hid.pull(&scanner);
    frames(4).await;
    assert_eq!(stage.mark(), "idle");
}
