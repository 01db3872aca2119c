// shows: done is called twice
// differs: counts requests?: the second call of done does nothing; Dredd breaks
// bailiff counts: 4 1 0 0
// bailiff requests: GET /items, POST /items Content-Type=application/json {"name": "lamp"}, GET /items/1, PUT /items/1 Content-Type=application/json {"name": "lantern"}, DELETE /items/1
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.after(names.view, (transaction, done) => {
  note('after view');
  setTimeout(done, 1);
  setTimeout(done, 3);
});
