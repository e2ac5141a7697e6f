//! The readers of a picture, and their order.

use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::qrcode::QRCodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{
    BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, RXingResult, RXingResultMetadataType,
    RXingResultMetadataValue, Reader,
};

use crate::Read;
use crate::counter_codes::CounterCodes;
use crate::frame::Frame;

/// The code in the picture: a QR code at any angle, or a bar code that lies or stands, dark on light or light
/// on dark as in an app's dark mode. The reader that finds most at the least cost comes first.
pub(crate) fn read(frame: &Frame<'_>) -> Option<Read> {
    let hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
    let found = any(frame, &hints).or_else(|| any(&frame.evened(), &hints)).or_else(|| {
        let inverted = frame.inverted();
        square(&inverted, &hints).or_else(|| any(&inverted.evened(), &hints))
    });
    found.map(|found| Read { format: format(&found).to_owned(), text: found.getText().to_owned() })
}

fn any(frame: &Frame<'_>, hints: &DecodeHints) -> Option<RXingResult> {
    square(frame, hints).or_else(|| bars(frame, hints)).or_else(|| bars(&frame.turned(), hints))
}

/// Compares each pixel with its surroundings.
fn square(frame: &Frame<'_>, hints: &DecodeHints) -> Option<RXingResult> {
    let mut image = BinaryBitmap::new(HybridBinarizer::new(source(frame)?));
    let found = QrReader.decode_with_hints(&mut image, hints);
    found.or_else(|_| QRCodeReader.decode_with_hints(&mut image, hints)).ok()
}

/// Compares each pixel with its row.
fn bars(frame: &Frame<'_>, hints: &DecodeHints) -> Option<RXingResult> {
    let mut image = BinaryBitmap::new(GlobalHistogramBinarizer::new(source(frame)?));
    CounterCodes::new(hints).decode_with_hints(&mut image, hints).ok()
}

fn source<'a>(frame: &'a Frame<'_>) -> Option<Luma8Source<'a>> {
    Luma8Source::new_with_slice(&frame.grey, frame.width, frame.height).ok()
}

fn format(found: &RXingResult) -> &'static str {
    match found.getBarcodeFormat() {
        BarcodeFormat::CODE_128 if is_logistics(found) => "gs1_128",
        BarcodeFormat::CODE_128 => "code_128",
        BarcodeFormat::EAN_8 => "ean_8",
        BarcodeFormat::EAN_13 => "ean_13",
        BarcodeFormat::UPC_A => "upc_a",
        BarcodeFormat::UPC_E => "upc_e",
        BarcodeFormat::QR_CODE => "qr_code",
        _ => "unknown",
    }
}

/// A Code 128 that marks itself as GS1's, as on parcels, is never a payer's code.
fn is_logistics(found: &RXingResult) -> bool {
    let identifier = found.getRXingResultMetadata().get(&RXingResultMetadataType::SYMBOLOGY_IDENTIFIER);
    matches!(identifier, Some(RXingResultMetadataValue::SymbologyIdentifier(name)) if name == "]C1")
}
