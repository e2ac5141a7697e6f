//! The places of the fields in a scanner's report.

/// HID POS usages, each with its page in the upper half.
const AIM_FIRST: u32 = 0x008C_00FB;
const DECODED_DATA: u32 = 0x008C_00FE;
const CONTINUED: u32 = 0x008C_00FF;
const BYTE_COUNT: u32 = 0x0001_003B;
/// Honeywell and Zebra also name the symbology by a letter of their own.
const MAKER_CODE: u32 = 0xFF66_0004;
/// A descriptor with more bits than this is no scanner's.
const REPORT_BITS_MAX: u32 = 8 * 4096;
const BYTE_BITS: u32 = 8;

/// A report as the descriptor describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportForm {
    pub id: u8,
    /// Its fields, in order.
    pub fields: Vec<Field>,
}

/// Some neighbouring values of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// Their meanings; the last one holds for all further values.
    pub usages: Vec<u32>,
    /// Bits of each value.
    pub bits: u32,
    /// How many values there are.
    pub count: u32,
    /// Padding.
    pub is_constant: bool,
}

/// The places of a report's fields, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub report_id: u8,
    pub(super) length: Option<usize>,
    pub(super) aim: Option<usize>,
    pub(super) data: usize,
    pub(super) data_bytes: usize,
    pub(super) maker_code: Option<usize>,
    /// The bit that says that another report follows.
    pub(super) continued: Option<Bit>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bit {
    pub(super) byte: usize,
    pub(super) mask: u8,
}

impl Layout {
    /// The layout of a report that carries decoded data; `None` for any other report.
    pub fn of(form: &ReportForm) -> Option<Self> {
        let (data, data_values) = place(form, DECODED_DATA)?;
        let continued = place(form, CONTINUED)
            .and_then(|(bit, _)| Some(Bit { byte: whole(bit / BYTE_BITS)?, mask: 1 << (bit % BYTE_BITS) }));
        let byte_of = |usage| place(form, usage).and_then(|(bit, _)| byte(bit));
        Some(Self {
            report_id: form.id,
            length: byte_of(BYTE_COUNT),
            aim: byte_of(AIM_FIRST),
            data: byte(data)?,
            data_bytes: whole(data_values)?,
            maker_code: byte_of(MAKER_CODE),
            continued,
        })
    }

    /// The known form that fits a report of an unknown layout: Honeywell's, Zebra's, or one without AIM
    /// bytes.
    pub(super) fn guess(report_id: u8, report: &[u8]) -> Self {
        let form = |aim: Option<usize>, data, maker_code| Self {
            report_id,
            length: Some(0),
            aim,
            data,
            data_bytes: 56,
            maker_code: Some(maker_code),
            continued: Some(Bit { byte: 62, mask: 1 }),
        };
        match report {
            [_, b']', ..] => form(Some(1), 4, 60),
            [_, 0, b']', ..] => form(Some(2), 5, 61),
            _ => form(None, 1, 61),
        }
    }
}

impl Field {
    /// How many neighbouring values have the usage at this index.
    fn values_from(&self, index: u32) -> u32 {
        let mut rest = self.usages.iter().skip(usize::try_from(index).unwrap_or(usize::MAX));
        let usage = rest.next();
        let same = rest.clone().take_while(|other| Some(*other) == usage).count();
        if same == rest.len() {
            return self.count.saturating_sub(index);
        }
        u32::try_from(same).unwrap_or(u32::MAX).saturating_add(1)
    }
}

/// The bit where a usage begins, and how many values follow.
fn place(form: &ReportForm, usage: u32) -> Option<(u32, u32)> {
    let mut bit = 0_u32;
    for field in &form.fields {
        let index = field.usages.iter().position(|known| *known == usage).filter(|_| !field.is_constant);
        if let Some(index) =
            index.and_then(|index| u32::try_from(index).ok()).filter(|index| *index < field.count)
        {
            return Some((bit.checked_add(index.checked_mul(field.bits)?)?, field.values_from(index)));
        }
        bit = field.bits.checked_mul(field.count)?.checked_add(bit).filter(|bit| *bit <= REPORT_BITS_MAX)?;
    }
    None
}

fn byte(bit: u32) -> Option<usize> {
    bit.is_multiple_of(BYTE_BITS).then(|| whole(bit / BYTE_BITS)).flatten()
}

fn whole(value: u32) -> Option<usize> {
    usize::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn field(usages: &[u32], bits: u32, count: u32) -> Field {
        Field { usages: usages.to_vec(), bits, count, is_constant: usages.is_empty() }
    }

    fn honeywell() -> ReportForm {
        let fields = vec![
            field(&[BYTE_COUNT], 8, 1),
            field(&[AIM_FIRST, AIM_FIRST + 1, AIM_FIRST + 2], 8, 3),
            field(&[DECODED_DATA], 8, 56),
            field(&[MAKER_CODE], 8, 1),
            field(&[0xFF66_0000], 8, 1),
            field(&[CONTINUED], 1, 1),
            field(&[], 1, 7),
        ];
        ReportForm { id: 2, fields }
    }

    #[test]
    fn honeywells_descriptor_gives_honeywells_form() {
        assert_eq!(Layout::of(&honeywell()), Some(Layout::guess(2, b"\x0c]E0")));
    }

    #[test]
    fn a_filling_byte_moves_what_follows() {
        let mut form = honeywell();
        form.fields.insert(1, field(&[], 8, 1));
        form.fields.remove(5);
        assert_eq!(Layout::of(&form), Some(Layout::guess(2, b"\x0c\0]Xg")));
    }

    #[test]
    fn aim_bytes_as_fields_of_their_own_are_found() {
        let mut form = honeywell();
        form.fields.remove(1);
        for usage in (AIM_FIRST..DECODED_DATA).rev() {
            form.fields.insert(1, field(&[usage], 8, 1));
        }
        assert_eq!(Layout::of(&form), Layout::of(&honeywell()));
    }

    #[test]
    fn the_datas_length_excludes_other_usages_of_its_field() {
        let mut form = honeywell();
        let together: Vec<u32> = [BYTE_COUNT, AIM_FIRST, AIM_FIRST + 1, AIM_FIRST + 2, DECODED_DATA].into();
        form.fields.splice(0..3, [field(&together, 8, 60)]);
        assert_eq!(Layout::of(&form), Layout::of(&honeywell()), "the last usage holds for all that follow");
        let mut form = honeywell();
        form.fields[2] = field(&[DECODED_DATA; 56], 8, 56);
        assert_eq!(Layout::of(&form), Layout::of(&honeywell()), "each value may have its usage");
    }

    #[test]
    fn a_flag_is_found_at_any_place_in_its_byte() {
        let mut form = honeywell();
        form.fields.splice(5..7, [field(&[], 1, 3), field(&[CONTINUED], 1, 1), field(&[], 1, 4)]);
        let continued = Layout::of(&form).and_then(|layout| layout.continued);
        assert_eq!(continued, Some(Bit { byte: 62, mask: 8 }));
    }

    #[test]
    fn a_usage_beyond_the_values_of_its_field_is_nowhere() {
        let form = ReportForm { id: 2, fields: vec![field(&[BYTE_COUNT, DECODED_DATA], 8, 1)] };
        assert_eq!(Layout::of(&form), None);
    }

    #[test]
    fn data_may_stand_within_the_first_4096_bytes_alone() {
        let after = |bytes| {
            let fields = vec![field(&[], 8, bytes), field(&[DECODED_DATA], 8, 56)];
            Layout::of(&ReportForm { id: 2, fields }).map(|layout| layout.data)
        };
        assert_eq!((after(1_000), after(4_096), after(4_097)), (Some(1_000), Some(4_096), None));
    }

    #[test]
    fn a_report_without_decoded_data_is_no_scanners() {
        assert_eq!(Layout::of(&ReportForm { id: 4, fields: vec![field(&[0x008C_0040], 8, 1)] }), None);
        let crooked = vec![field(&[CONTINUED], 1, 1), field(&[DECODED_DATA], 8, 56)];
        assert_eq!(Layout::of(&ReportForm { id: 2, fields: crooked }), None, "data between two bytes");
    }

    proptest! {
        #[test]
        fn no_descriptor_panics(fields in prop::collection::vec((prop::collection::vec(prop_oneof![0x008C_00F0..=0x008C_00FF_u32, any::<u32>()], 0..4), any::<u32>(), any::<u32>(), any::<bool>()), 0..12)) {
            let fields = fields.into_iter().map(|(usages, bits, count, is_constant)| Field { usages, bits, count, is_constant }).collect();
            let _ = Layout::of(&ReportForm { id: 2, fields });
        }
    }
}
