// The names of the transactions of api.apib.
module.exports = {
  list: 'Items > Items > List',
  create: 'Items > Items > Create',
  view: 'Items > Item > View',
  change: 'Items > Item > Change',
  remove: 'Items > Item > Remove',
};
