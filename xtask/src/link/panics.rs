//! Removes the texts of panics. Each function of std that begins a panic becomes a trap, and so does each
//! call of one, with its arguments. No code then refers to the texts and source places, and the linker drops
//! them.

use std::collections::BTreeSet;

use anyhow::Result;
use wasm_encoder::{CustomSection, Encode, Section};
use wasmparser::RelocationEntry;

use super::object::{Kind, Object, Span, has_addend};

const UNREACHABLE: u8 = 0x00;
const NOP: u8 = 0x01;

/// Functions of std that never return, by parts of their mangled paths. If a compiler uses other names, their
/// texts stay, which does no harm.
const PANICS: [&str; 32] = [
    "4core6option13expect_failed",
    "4core6option13unwrap_failed",
    "4core6result13unwrap_failed",
    "4core4cell22panic_already_borrowed",
    "4core4cell30panic_already_mutably_borrowed",
    "4core4cell4lazy14panic_poisoned",
    "4core9panicking9panic_fmt",
    "4core9panicking5panic",
    "4core9panicking11panic_const",
    "4core9panicking13panic_display",
    "4core9panicking14panic_explicit",
    "4core9panicking14panic_str_2015",
    "4core9panicking16panic_nounwind",
    "4core9panicking18panic_bounds_check",
    "4core9panicking18panic_nounwind_fmt",
    "4core9panicking19panic_cannot_unwind",
    "4core9panicking13assert_failed",
    "4core9panicking19assert_failed_inner",
    "4core9panicking19unreachable_display",
    "5slice20copy_from_slice_impl17len_mismatch_fail",
    "5slice5index16slice_index_fail",
    "4core3str16slice_error_fail",
    "4core3str19slice_error_fail_rt",
    "5alloc5alloc18handle_alloc_error",
    "5alloc7raw_vec12handle_error",
    "5alloc7raw_vec17capacity_overflow",
    "3std5alloc8rust_oom",
    "3std6thread5local18panic_access_error",
    "3std9panicking11begin_panic",
    "3std9panicking15panic_with_hook",
    "7___rustc10rust_panic",
    "7___rustc17rust_begin_unwind",
];
/// The panic hook that Yew passes to std. std calls it only for panics.
const HOOK: &str = "24console_error_panic_hook4hook";

/// The object file with panics that only trap. The functions in `unused`, also parts of mangled paths, become
/// traps too.
pub(super) fn without_words(file: &[u8], unused: &[&str]) -> Result<Vec<u8>> {
    let object = Object::read(file)?;
    let cuts = cuts(&object, unused);
    if cuts.is_empty() || object.relocations.is_empty() {
        return Ok(file.to_vec());
    }
    let mut made = file.to_vec();
    for cut in &cuts {
        made[cut.clone()].fill(NOP);
        made[cut.start] = UNREACHABLE;
    }
    let kept: Vec<&RelocationEntry> =
        object.relocations.iter().filter(|entry| !is_cut(&object, &cuts, entry)).collect();
    let mut section = Vec::new();
    relocations(object.code_index, &kept).append_to(&mut section);
    made.splice(object.relocation_section.clone(), section);
    Ok(made)
}

/// The spans to overwrite, in the file's order. They do not overlap.
fn cuts(object: &Object<'_>, unused: &[&str]) -> Vec<Span> {
    let panics: BTreeSet<u32> = (object.names.iter())
        .filter(|(_, name)| is_panic(name) || unused.iter().any(|unused| name.contains(unused)))
        .filter(|(index, _)| object.shape(**index).is_some_and(|shape| shape.results == 0))
        .map(|(index, _)| *index)
        .collect();
    let mut cuts = Vec::new();
    for function in &object.functions {
        let instructions = &function.instructions;
        if panics.contains(&function.index) {
            // The last instruction ends the body and stays.
            if let [first, .., last] = instructions.as_slice() {
                cuts.push(first.span.start..last.span.start);
            }
            continue;
        }
        for (place, instruction) in instructions.iter().enumerate() {
            let Kind::Call(called) = instruction.kind else { continue };
            let Some(shape) = object.shape(called).filter(|_| panics.contains(&called)) else { continue };
            let before = instructions[..place].iter().rev();
            let pushed = before.take(shape.parameters).take_while(|before| before.kind == Kind::Push).count();
            cuts.push(instructions[place - pushed].span.start..instruction.span.end);
        }
    }
    cuts.sort_by_key(|cut| cut.start);
    cuts
}

/// A mangled path contains the length of each of its words, so that no longer word matches.
fn is_panic(name: &str) -> bool {
    PANICS.iter().any(|panic| name.contains(panic)) || name.contains(HOOK)
}

fn is_cut(object: &Object<'_>, cuts: &[Span], entry: &RelocationEntry) -> bool {
    let at = object.code.start + entry.offset as usize;
    let before = cuts.partition_point(|cut| cut.start <= at);
    before.checked_sub(1).is_some_and(|index| cuts[index].contains(&at))
}

fn relocations(code_index: u32, kept: &[&RelocationEntry]) -> CustomSection<'static> {
    let mut data = Vec::new();
    code_index.encode(&mut data);
    kept.len().encode(&mut data);
    for entry in kept {
        data.push(entry.ty as u8);
        entry.offset.encode(&mut data);
        entry.index.encode(&mut data);
        if has_addend(entry) {
            entry.addend.encode(&mut data);
        }
    }
    CustomSection { name: "reloc.CODE".into(), data: data.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        CodeSection, Function, FunctionSection, Instruction, LinkingSection, Module, SymbolTable,
        TypeSection, ValType,
    };
    use wasmparser::RelocationType;

    const PANIC: &str = "_RNvNtCsgXGp5Oqx2Ny_4core9panicking5panic";

    /// Two functions. The first takes a text; the second calls it: `name(text, length)` behind a value.
    fn object(name: &str) -> Vec<u8> {
        let (mut types, mut functions, mut code) =
            (TypeSection::new(), FunctionSection::new(), CodeSection::new());
        types.ty().function([ValType::I32, ValType::I32], []);
        types.ty().function([], [ValType::I32]);
        functions.function(0).function(1);
        let mut called = Function::new([]);
        called.instruction(&Instruction::Nop).instruction(&Instruction::Nop).instruction(&Instruction::End);
        let mut calling = Function::new([]);
        // Of two bytes each, as the offsets below count.
        for value in [11, 22, 33] {
            calling.instruction(&Instruction::I32Const(value));
        }
        calling.instruction(&Instruction::Call(0)).instruction(&Instruction::Unreachable);
        calling.instruction(&Instruction::End);
        code.function(&called).function(&calling);
        let mut symbols = SymbolTable::new();
        symbols.function(0, 0, Some(name)).function(0, 1, Some("caller"));
        let mut linking = LinkingSection::new();
        linking.symbol_table(&symbols);
        let text =
            |offset| RelocationEntry { ty: RelocationType::MemoryAddrSleb, offset, index: 1, addend: -3 };
        // After the count come the first body of five bytes, and the length and the locals of the second.
        let relocations = relocations(2, &[&text(9), &text(11), &text(13)]);
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&code).section(&linking).section(&relocations);
        module.finish()
    }

    #[test]
    fn a_call_of_a_panic_traps_and_names_no_text() {
        let made = without_words(&object(PANIC), &[]).unwrap();
        let read = Object::read(&made).unwrap();
        let offsets: Vec<(u32, i64)> =
            read.relocations.iter().map(|entry| (entry.offset, entry.addend)).collect();
        assert_eq!(offsets, [(9, -3)], "the value below the panic's own stays");
        let kinds = |function: usize| {
            read.functions[function].instructions.iter().map(|instruction| instruction.kind)
        };
        assert_eq!(kinds(1).filter(|kind| *kind == Kind::Push).count(), 1);
        assert!(kinds(1).all(|kind| !matches!(kind, Kind::Call(_))));
        let first = read.functions[0].instructions[0].span.clone();
        assert_eq!(made[first], [UNREACHABLE]);
    }

    #[test]
    fn any_other_function_stays_as_it_is() {
        for name in ["_RNvNtCsgXGp5Oqx2Ny_4core9panicking6panics", "_ZN4till5panic17h0123456789abcdefE"] {
            let plain = object(name);
            assert_eq!(without_words(&plain, &[]).unwrap(), plain, "{name}");
        }
    }

    #[test]
    fn an_object_without_names_stays_as_it_is() {
        let plain = Module::new().finish();
        assert_eq!(without_words(&plain, &[]).unwrap(), plain);
    }

    #[test]
    fn what_a_module_does_not_use_traps_as_a_panic_does() {
        let plain =
            object("_ZN3yew10dom_bundle12subtree_root11SubtreeData12add_listener17h0123456789abcdefE");
        let made = without_words(&plain, &["11SubtreeData12add_listener17h"]).unwrap();
        let read = Object::read(&made).unwrap();
        assert_eq!(made[read.functions[0].instructions[0].span.clone()], [UNREACHABLE]);
        assert_eq!(without_words(&plain, &["12add_listener_"]).unwrap(), plain);
    }
}
