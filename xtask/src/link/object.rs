//! Reads an object file before it is linked.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::{Context, Result};
use wasmparser::{
    FunctionBody, KnownCustom, Linking, Operator, Parser, Payload, RelocAddendKind, RelocationEntry,
    SymbolInfo, TypeRef,
};

/// A span of the file's bytes.
pub(super) type Span = Range<usize>;

/// The parts of an object file.
#[derive(Debug, Default)]
pub(super) struct Object<'a> {
    /// The content of the section of code.
    pub(super) code: Span,
    /// The section with the code's relocations, from its first byte.
    pub(super) relocation_section: Span,
    /// The section to which these relocations apply.
    pub(super) code_index: u32,
    pub(super) relocations: Vec<RelocationEntry>,
    /// By the function's index: imports come first.
    pub(super) names: BTreeMap<u32, &'a str>,
    pub(super) functions: Vec<Function>,
    types: Vec<Shape>,
    types_of: Vec<u32>,
}

/// How many values a function takes and returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) parameters: usize,
    pub(super) results: usize,
}

/// A function with a body.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) index: u32,
    pub(super) instructions: Vec<Instruction>,
}

#[derive(Debug)]
pub(super) struct Instruction {
    pub(super) span: Span,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Call(u32),
    /// It only pushes one value.
    Push,
    Other,
}

impl<'a> Object<'a> {
    pub(super) fn read(file: &'a [u8]) -> Result<Self> {
        let (mut object, mut end) = (Self::default(), 8);
        for payload in Parser::new(0).parse_all(file) {
            let payload = payload?;
            let section = payload.as_section().map(|(_, content)| (end, span(&content)));
            match payload {
                Payload::TypeSection(types) => {
                    for shape in types.into_iter_err_on_gc_types() {
                        let shape = shape?;
                        let (parameters, results) = (shape.params().len(), shape.results().len());
                        object.types.push(Shape { parameters, results });
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        if let TypeRef::Func(of) = import?.ty {
                            object.types_of.push(of);
                        }
                    }
                }
                Payload::FunctionSection(functions) => {
                    for of in functions {
                        object.types_of.push(of?);
                    }
                }
                Payload::CodeSectionStart { count, .. } => {
                    object.code = section.clone().map(|(_, content)| content).unwrap_or_default();
                    object.functions.reserve(count as usize);
                }
                Payload::CodeSectionEntry(body) => object.read_body(&body)?,
                Payload::CustomSection(custom) => {
                    object.read_custom(custom.as_known(), custom.name(), section.as_ref())?;
                }
                _ => {}
            }
            if let Some((_, content)) = section {
                end = content.end;
            }
        }
        let imported = object.types_of.len().saturating_sub(object.functions.len());
        for (function, index) in object.functions.iter_mut().zip(u32::try_from(imported)?..) {
            function.index = index;
        }
        Ok(object)
    }

    /// The parameters and results of a function.
    pub(super) fn shape(&self, function: u32) -> Option<Shape> {
        self.types.get(*self.types_of.get(function as usize)? as usize).copied()
    }

    fn read_body(&mut self, body: &FunctionBody<'_>) -> Result<()> {
        let end = usize::try_from(body.range().end)?;
        let read: Vec<_> = body.get_operators_reader()?.into_iter_with_offsets().collect::<Result<_, _>>()?;
        let begins: Vec<usize> = read.iter().map(|(_, begin)| offset(*begin)).chain([end]).collect();
        let instructions = read
            .iter()
            .zip(begins.windows(2))
            .map(|((operator, _), span)| Instruction { span: span[0]..span[1], kind: Kind::of(operator) });
        self.functions.push(Function { index: 0, instructions: instructions.collect() });
        Ok(())
    }

    fn read_custom(
        &mut self,
        section: KnownCustom<'a>,
        name: &str,
        place: Option<&(usize, Span)>,
    ) -> Result<()> {
        match section {
            KnownCustom::Linking(linking) => {
                for part in linking.subsections() {
                    let Linking::SymbolTable(symbols) = part? else { continue };
                    for symbol in symbols {
                        if let SymbolInfo::Func { index, name: Some(name), .. } = symbol? {
                            self.names.insert(index, name);
                        }
                    }
                }
            }
            KnownCustom::Reloc(relocations) if name == "reloc.CODE" => {
                let (begin, content) = place.context("a section without a place")?;
                self.relocation_section = *begin..content.end;
                self.code_index = relocations.section_index();
                self.relocations = relocations.entries().into_iter().collect::<Result<_, _>>()?;
            }
            _ => {}
        }
        Ok(())
    }
}

impl Kind {
    fn of(operator: &Operator<'_>) -> Self {
        match operator {
            Operator::Call { function_index } => Self::Call(*function_index),
            Operator::I32Const { .. } | Operator::I64Const { .. } | Operator::LocalGet { .. } => Self::Push,
            _ => Self::Other,
        }
    }
}

/// Whether an entry of this type ends with a number that is added to the address.
pub(super) fn has_addend(relocation: &RelocationEntry) -> bool {
    !matches!(relocation.ty.addend_kind(), RelocAddendKind::None)
}

fn span(range: &Range<u64>) -> Span {
    offset(range.start)..offset(range.end)
}

/// A file in memory is no longer than memory.
fn offset(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
