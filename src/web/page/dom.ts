// The few things that this page does to its document. Text only ever goes in as text, and only where it changed, so that
// neither a selection nor a screen reader is disturbed by what stayed the same.

export function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}

export function setText(target: string | Element, text: string): void {
  const node = typeof target === 'string' ? element(target) : target;
  if (node.textContent !== text) node.textContent = text;
}

export function show(id: string, shown: boolean): void {
  element(id).hidden = !shown;
}

/** Calls when what the page shows now has been painted. */
export function afterPaint(call: () => void): void {
  requestAnimationFrame(() => window.setTimeout(call));
}

/** Gives `parent` a row for each list of texts; a row is made once, and its `data-cell` elements take the texts. */
export function fillRows(parent: Element, rows: readonly (readonly string[])[], make: () => Element): void {
  while (parent.childElementCount > rows.length) parent.lastElementChild?.remove();
  rows.forEach((texts, index) => {
    if (parent.children[index] === undefined) parent.append(make());
    const cells = parent.children[index]?.querySelectorAll('[data-cell]');
    texts.forEach((text, at) => {
      const cell = cells?.[at];
      if (cell !== undefined) setText(cell, text);
    });
  });
}

/** A row maker: a copy of a template of the document. */
export function copyOf(templateId: string): () => Element {
  const template = element(templateId);
  if (!(template instanceof HTMLTemplateElement)) throw new Error(`${templateId} is no template`);
  return () => {
    const copy = template.content.firstElementChild?.cloneNode(true);
    if (!(copy instanceof Element)) throw new Error(`${templateId} is empty`);
    return copy;
  };
}
