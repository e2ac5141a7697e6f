//! The payer's code as a QR picture.

use fast_qr::convert::svg::SvgBuilder;
use fast_qr::convert::{Builder, Shape};
use fast_qr::{ECL, QRBuilder};

const QUIET_ZONE: usize = 2;

pub(crate) fn svg(code: &str) -> Option<String> {
    let qr = QRBuilder::new(code).ecl(ECL::M).build().ok()?;
    Some(SvgBuilder::default().margin(QUIET_ZONE).shape(Shape::Square).to_str(&qr))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_becomes_a_picture() {
        let picture = svg("281234567890123456").unwrap();
        assert!(picture.starts_with("<svg"), "{}", &picture[..60]);
        assert_ne!(svg("281234567890123457").unwrap(), picture);
    }
}
