// What no screen may have: text that is cut off, that lies on other text or outside the till, targets too small for a thumb,
// and on a tablet words too small for eyes 80 cm away and buttons whose edges miss each other. Each flaw is one line.
const root = document.querySelector('[data-screen]')?.shadowRoot;
const till = root?.querySelector('.till');
if (!till) return [];
const TOUCH = 48, SLACK = 2;
const box = till.getBoundingClientRect();
const named = (e) => `${e.tagName.toLowerCase()}${e.classList.length ? '.' + [...e.classList].join('.') : ''} “${e.textContent.trim().slice(0, 40)}”`;
const isSeen = (e) => {
    const { width, height } = e.getBoundingClientRect();
    return 1 < width && 1 < height && e.checkVisibility({ opacityProperty: true, visibilityProperty: true })
        && !e.closest('.aloud, .unseen, .catcher, [aria-hidden=true]');
};
const parents = (e) => {
    const all = [];
    for (let next = e.parentElement; next && next !== till.parentElement; next = next.parentElement) all.push(next);
    return all;
};
const scrolls = (e) => /auto|scroll/.test(getComputedStyle(e).overflowY) && e.clientHeight + SLACK < e.scrollHeight;
const hides = (e) => e !== till && /hidden|clip/.test(getComputedStyle(e).overflow) && getComputedStyle(e).webkitLineClamp === 'none';
const textOf = (e) => {
    const range = document.createRange();
    range.selectNodeContents(e);
    return range.getBoundingClientRect();
};
const seen = [...till.querySelectorAll('*')].filter(isSeen);
const leaves = seen.filter((e) => [...e.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
const flaws = [];
for (const leaf of leaves) {
    const text = textOf(leaf);
    const scroller = parents(leaf).some(scrolls) || scrolls(till);
    const isWide = text.left < box.left - SLACK || box.right + SLACK < text.right;
    const isHigh = !scroller && (text.top < box.top - SLACK || box.bottom + SLACK < text.bottom);
    if (isWide || isHigh) flaws.push(`outside the till: ${named(leaf)}`);
    const cutter = [leaf, ...parents(leaf)].filter(hides).find((parent) => {
        const around = parent.getBoundingClientRect();
        return text.left < around.left - SLACK || around.right + SLACK < text.right || text.top < around.top - SLACK || around.bottom + SLACK < text.bottom;
    });
    if (cutter) flaws.push(`cut off: ${named(leaf)}`);
}
const sticks = (e) => scrolls(till) && parents(e).some((parent) => getComputedStyle(parent).position === 'sticky');
// A font's own box is higher than its letters: they fill about the middle of it.
const inkOf = (e) => {
    const { left, right, top, bottom, height } = textOf(e);
    return { left, right, top: top + height * .24, bottom: bottom - height * .2 };
};
leaves.forEach((one, index) => leaves.slice(index + 1).forEach((other) => {
    // What sticks to an edge covers what scrolls below it.
    if (one.contains(other) || other.contains(one) || sticks(one) !== sticks(other)) return;
    const [a, b] = [inkOf(one), inkOf(other)];
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (SLACK < wide && SLACK < high) flaws.push(`on each other: ${named(one)}, ${named(other)}`);
}));
for (const target of seen.filter((e) => e.matches('button, input, select, a[href]'))) {
    const { width, height } = target.getBoundingClientRect();
    if (Math.min(width, height) < TOUCH) flaws.push(`small (${Math.round(width)}x${Math.round(height)}): ${named(target)}`);
}
// A tablet of ten inches at its own size: what must be how large there, in pixels of 160 an inch.
const TABLETS = ['1280x800', '820x1180'];
const SIZES = [['.figure', 72], ['.words h1', 40], [':is(.next, .money, .note, .hints p, .problem span, .finder > p)', 24], ['.steps li', 24]];
const KEY = 95; // 15 mm
if (TABLETS.includes(`${innerWidth}x${innerHeight}`) && parseFloat(getComputedStyle(till.parentElement).fontSize) === 16) {
    for (const [selector, min] of SIZES)
        for (const e of seen.filter((e) => e.matches(selector))) {
            const px = parseFloat(getComputedStyle(e).fontSize);
            if (px < min) flaws.push(`letters of ${Math.round(px)} px, not ${min}: ${named(e)}`);
        }
    for (const key of seen.filter((e) => e.matches('.keypad button'))) {
        const { width, height } = key.getBoundingClientRect();
        if (Math.min(width, height) < KEY) flaws.push(`a key of ${Math.round(width)}x${Math.round(height)}: ${named(key)}`);
    }
    // Buttons side by side are one line; all lines of a column have the same two edges.
    const columns = new Map();
    for (const target of seen.filter((e) => e.matches(':is(.state, .ways) :is(.go, .plain, .keypad, .by-hand input)') && !e.closest('.scanners, .finder'))) {
        const { left, right, top, bottom } = target.getBoundingClientRect();
        const upright = box.width < box.height;
        const column = upright || !target.closest('.ways') ? 'state' : 'ways';
        const lines = columns.get(column) ?? [];
        const line = lines.find((line) => top < line.bottom - SLACK && line.top + SLACK < bottom);
        if (line) Object.assign(line, { left: Math.min(left, line.left), right: Math.max(right, line.right) });
        else lines.push({ left, right, top, bottom, name: named(target) });
        columns.set(column, lines);
    }
    for (const [first, ...others] of columns.values())
        for (const other of others)
            if (1 < Math.abs(first.left - other.left) || 1 < Math.abs(first.right - other.right)) flaws.push(`edges miss each other: ${first.name}, ${other.name}`);
}
return flaws;
