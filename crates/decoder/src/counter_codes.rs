//! The bar codes at a counter: a payer's Code 128, and the EAN and UPC of products, which are read so that
//! the till can name what it was shown. Each further kind would be another way to read noise as digits.

use rxing::common::{BitArray, Result};
use rxing::oned::{Code128Reader, MultiFormatUPCEANReader, OneDReader};
use rxing::{Binarizer, BinaryBitmap, DecodeHints, RXingResult, Reader};

pub(crate) struct CounterCodes {
    payer: Code128Reader,
    product: MultiFormatUPCEANReader,
}

impl CounterCodes {
    pub(crate) fn new(hints: &DecodeHints) -> Self {
        Self { payer: Code128Reader, product: MultiFormatUPCEANReader::new(hints) }
    }
}

impl OneDReader for CounterCodes {
    fn decode_row(&mut self, number: u32, row: &BitArray, hints: &DecodeHints) -> Result<RXingResult> {
        self.payer.decode_row(number, row, hints).or_else(|_| self.product.decode_row(number, row, hints))
    }
}

impl Reader for CounterCodes {
    fn decode<B: Binarizer>(&mut self, image: &mut BinaryBitmap<B>) -> Result<RXingResult> {
        self.decode_with_hints(image, &DecodeHints::default())
    }

    fn decode_with_hints<B: Binarizer>(
        &mut self,
        image: &mut BinaryBitmap<B>,
        hints: &DecodeHints,
    ) -> Result<RXingResult> {
        self._do_decode(image, hints)
    }
}
