// Completion of function names in a text field, by the combobox pattern of the ARIA Authoring Practices: arrow keys
// choose, Enter or Tab takes, Escape closes; the field keeps the focus.

// complete makes a field complete names. functions have a name, a signature and a doc; hint is where the signature
// of the function at the cursor is shown.
export function complete(field, list, hint, functions) {
  const usual = hint.textContent;
  let shown = [];
  let chosen = -1;

  // word is the name that the cursor is in or behind.
  const word = () => {
    const before = field.value.slice(0, field.selectionStart);
    if (/^([^'"]|'[^']*'|"[^"]*")*['"][^'"]*$/.test(before)) return ''; // within a text
    return /[a-z_][a-z0-9_]*$/i.exec(before)?.[0] ?? '';
  };

  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    shown = [];
    chosen = -1;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
  };

  const choose = (index) => {
    chosen = index;
    [...list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === index)));
    if (index < 0) {
      field.removeAttribute('aria-activedescendant');
      return;
    }
    const item = list.children[index];
    field.setAttribute('aria-activedescendant', item.id);
    item.scrollIntoView({ block: 'nearest' });
    hint.textContent = `${shown[index].signature}: ${shown[index].doc}`;
  };

  const open = () => {
    const text = word().toLowerCase();
    const matching = functions.filter((f) => f.name.includes(text));
    matching.sort((a, b) => b.name.startsWith(text) - a.name.startsWith(text));
    close();
    if (matching.length === 0 || (matching.length === 1 && matching[0].name === text)) return;
    shown = matching;
    list.replaceChildren(...shown.map((f, i) => {
      const item = document.createElement('li');
      item.id = `choice-${i}`;
      item.setAttribute('role', 'option');
      item.setAttribute('aria-selected', 'false');
      item.textContent = f.signature;
      item.addEventListener('click', () => take(i));
      return item;
    }));
    list.hidden = false;
    field.setAttribute('aria-expanded', 'true');
  };

  // take puts a function in the place of the word, and the cursor between its parentheses.
  const take = (index) => {
    const f = shown[index];
    const end = field.selectionStart;
    const begin = end - word().length;
    const rest = field.value.slice(end);
    const call = rest.startsWith('(') ? f.name : `${f.name}()`;
    field.value = field.value.slice(0, begin) + call + rest;
    const inside = begin + f.name.length + (f.parameters?.length ? 1 : 2);
    field.setSelectionRange(inside, inside);
    close();
    describe();
  };

  // describe shows what the function takes whose arguments the cursor is in.
  const describe = () => {
    const before = field.value.slice(0, field.selectionStart);
    const name = /([a-z_][a-z0-9_]*)\s*\([^()]*$/i.exec(before)?.[1];
    const f = functions.find((candidate) => candidate.name === name);
    hint.textContent = f ? `${f.signature}: ${f.doc}` : usual;
  };

  field.addEventListener('input', () => {
    describe();
    if (word() === '') close();
    else open();
  });
  list.addEventListener('mousedown', (event) => event.preventDefault()); // the field keeps the focus
  field.addEventListener('blur', close);
  field.addEventListener('keydown', (event) => {
    const closed = list.hidden;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        event.preventDefault();
        if (closed) open();
        if (shown.length === 0) return;
        const step = event.key === 'ArrowDown' ? 1 : -1;
        choose(chosen < 0 && step < 0 ? shown.length - 1 : (chosen + step + shown.length) % shown.length);
        return;
      }
      case 'Enter':
      case 'Tab':
        if (!closed && chosen >= 0) {
          event.preventDefault();
          take(chosen);
        } else {
          close();
        }
        return;
      case 'Escape':
        if (!closed) {
          event.preventDefault();
          close();
        }
    }
  });
}
