import { complete } from './completion.js';

const $ = (id) => document.getElementById(id);

// kept is how many results are shown: some are long.
const kept = 50;

// send posts a form, and returns the answer. It throws what a person can be told.
async function send(path, fields) {
  let response;
  try {
    response = await fetch(path, { method: 'POST', body: new URLSearchParams(fields) });
  } catch {
    throw new Error('The laboratory does not answer. Is the network there?');
  }
  try {
    return await response.json();
  } catch {
    throw new Error(`The laboratory answered ${response.status} ${response.statusText}`);
  }
}

// show shows who is logged in, and what they can do.
function show(name) {
  $('who').textContent = name ? `Logged in as ${name}` : 'Nobody is logged in';
  $('logout').hidden = !name;
  $('accounts').hidden = Boolean(name);
  $('bench').hidden = !name;
}

async function account() {
  try {
    const response = await fetch('/account');
    return (await response.json()).name;
  } catch {
    return undefined;
  }
}

function say(text) { $('status').textContent = text; }

// handle sends a form by its script, tells what is wrong beside it, and marks the field that is to blame.
function handle(form, done) {
  const error = $(`${form.id}-error`);
  const button = form.querySelector('button');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.hasAttribute('aria-disabled')) return; // one at a time
    blame(form);
    button.setAttribute('aria-disabled', 'true'); // a button that is disabled loses the focus
    try {
      const answer = await send(form.getAttribute('action'), new FormData(form));
      if (answer.status) {
        await done(answer);
        return;
      }
      if (answer.result === 'unauthorized access') {
        leave('Your session has ended. Log in again.');
        return;
      }
      const field = answer.field && form.elements.namedItem(answer.field);
      error.textContent = sentence(answer.message, field);
      if (field) blame(form, field);
    } catch (problem) {
      error.textContent = problem.message;
    } finally {
      button.removeAttribute('aria-disabled');
    }
  });
}

// blame ties the error of a form to the field that it is about, and takes the one before away.
function blame(form, field) {
  const error = $(`${form.id}-error`);
  if (!field) error.textContent = '';
  for (const input of form.elements) {
    input.removeAttribute('aria-invalid');
    const others = (input.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => id && id !== error.id);
    if (input === field) others.unshift(error.id);
    if (others.length) input.setAttribute('aria-describedby', others.join(' '));
    else input.removeAttribute('aria-describedby');
  }
  field?.setAttribute('aria-invalid', 'true');
  field?.focus();
}

// leave takes away what a user did and saw: the next one may be somebody else.
function leave(text) {
  $('results').replaceChildren();
  $('none').hidden = false;
  for (const form of document.forms) {
    form.reset();
    blame(form);
  }
  show(undefined);
  say(text);
  $('login-email').focus();
}

// sentence tells a message about a field by the field's label.
function sentence(message, field) {
  const text = field?.labels?.length ? message.replace(field.name, field.labels[0].textContent) : message;
  return `${text[0].toUpperCase()}${text.slice(1)}.`.replace(/\.\.$/, '.');
}

handle($('signup'), (answer) => {
  say(answer.message);
  $('login-email').value = $('signup-email').value;
  $('signup').reset();
  $('login-password').focus();
});

handle($('login'), async () => {
  const name = await account();
  if (!name) throw new Error('You are logged in, but your browser did not keep the cookie of the session. Does it allow cookies?');
  $('login').reset();
  show(name);
  say('You are logged in.');
  $('function').focus();
});

handle($('run'), (answer) => {
  const text = $('function').value;
  $('none').hidden = true;
  $('results').prepend(result(text, answer));
  while ($('results').children.length > kept) $('results').lastChild.remove();
  say(answer.error ? `${text}: ${answer.result}` : `${text} was run.`);
});

$('logout').addEventListener('click', async () => {
  try {
    const answer = await send('/logout', {});
    if (answer.status) leave('You are logged out.');
    else say(sentence(answer.message));
  } catch (problem) {
    say(problem.message);
  }
});

// result is a list item for what a function string returned.
function result(text, answer) {
  const item = document.createElement('li');
  const title = document.createElement('h3');
  title.textContent = text;
  item.append(title);
  if (isCapture(answer)) {
    item.append(plot(text, answer.result));
    return item;
  }
  item.classList.toggle('bad', Boolean(answer.error));
  const output = document.createElement('pre');
  output.tabIndex = 0; // it may scroll
  output.textContent = typeof answer.result === 'string' ? answer.result : JSON.stringify(answer.result, null, 1);
  if (answer.result === null) output.textContent = 'done';
  item.append(output);
  return item;
}

// isCapture tells times and voltages of at least one channel from other results.
function isCapture(answer) {
  const r = answer.result;
  return Array.isArray(r) && r.length > 1 && r.length <= 1 + inks.length && r.every((trace) => Array.isArray(trace) && trace.length === r[0].length && trace.length > 1
    && trace.every((v) => typeof v === 'number'));
}

const inks = ['#0b5cad', '#b34700', '#1d7a34', '#7a2a8c'];

// names of the channels of a capture.
function channels(text, count) {
  if (count === 1) return [/['"](\w+)['"]/.exec(text)?.[1] ?? 'voltage'];
  return ['CH1', 'CH2', 'CH3', 'MIC'].slice(0, count);
}

// plot draws a capture. Those who do not see it get the figures in words and as a table.
function plot(text, traces) {
  const names = channels(text, traces.length - 1);
  const figure = document.createElement('figure');
  const caption = document.createElement('figcaption');
  caption.textContent = summary(names, traces);
  if (window.uPlot) {
    const area = document.createElement('div');
    area.className = 'plot';
    area.setAttribute('role', 'img');
    area.setAttribute('aria-label', `Plot of ${text}. ${caption.textContent}`);
    figure.append(area);
    requestAnimationFrame(() => draw(area, names, traces));
  }
  figure.append(caption, samples(names, traces, !window.uPlot));
  return figure;
}

function draw(area, names, traces) {
  const size = () => ({ width: Math.max(160, area.clientWidth - 12), height: 280 });
  const options = {
    ...size(),
    scales: { x: { time: false } },
    axes: [{ label: 'Time in µs' }, { label: 'Voltage in V' }],
    series: [{ label: 'µs' }, ...names.map((label, i) => ({ label, stroke: inks[i], width: 1.5 }))],
  };
  const chart = new window.uPlot(options, traces, area);
  new ResizeObserver(() => {
    if (chart.width !== size().width) chart.setSize(size());
  }).observe(area);
}

function summary(names, traces) {
  const parts = names.map((name, i) => {
    const v = traces[i + 1];
    return `${name} from ${Math.min(...v)} V to ${Math.max(...v)} V`;
  });
  return `${traces[0].length} samples in ${traces[0].at(-1)} µs: ${parts.join(', ')}.`;
}

// samples is a table of a capture, to be opened.
function samples(names, traces, open) {
  const details = document.createElement('details');
  details.open = open;
  const title = document.createElement('summary');
  title.textContent = 'Samples';
  const area = document.createElement('div');
  area.className = 'samples';
  area.tabIndex = 0;
  area.setAttribute('role', 'group'); // a region would be a landmark for each capture
  area.setAttribute('aria-label', 'Samples');
  details.append(title, area);
  const fill = () => {
    if (details.open && !area.firstChild) area.append(table(names, traces));
  };
  details.addEventListener('toggle', fill);
  fill();
  return details;
}

function table(names, traces) {
  const t = document.createElement('table');
  const head = t.createTHead().insertRow();
  for (const name of ['µs', ...names.map((n) => `${n} in V`)]) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = name;
    head.append(cell);
  }
  const body = t.createTBody();
  for (let i = 0; i < traces[0].length; i++) {
    const row = body.insertRow();
    for (const trace of traces) row.insertCell().textContent = trace[i];
  }
  return t;
}

async function begin() {
  const [name, dictionary] = await Promise.all([account(), fetch('/functions').then((r) => r.json()).catch(() => ({ functions: [] }))]);
  complete($('function'), $('choices'), $('signature'), dictionary.functions);
  $('dictionary').replaceChildren(...dictionary.functions.flatMap((f) => {
    const term = document.createElement('dt');
    term.textContent = f.signature;
    const meaning = document.createElement('dd');
    meaning.textContent = f.doc;
    return [term, meaning];
  }));
  show(name);
}

begin();
