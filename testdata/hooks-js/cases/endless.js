// shows: a hook never gives way
// bailiff args: --hook-timeout 300ms
// differs: counts exit: a hook that takes too long is given up; here it lets nothing else happen, so the run ends with its summary. Dredd waits for ever
// bailiff counts: 2 0 1 0
// bailiff exit: 1
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.view, (transaction) => {
  note('before view');
  for (;;); // eslint-disable-line no-empty
});
