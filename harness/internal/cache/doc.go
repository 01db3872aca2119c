// Package cache keeps what descriptions were compiled to, so that the next process need not compile
// them again.
//
//	c, err := cache.Open(cache.Options{Dir: dir})
//	result, err := c.Compile(ctx, doc, "apib all-examples", func(ctx context.Context) (*compile.Result, error) {
//		return apib.Compile(ctx, doc, options)
//	})
//
// An entry is found by the content and the names of all files that the description was put together
// from, by what the caller says of the compiler and its options, and by the program itself, to the
// last bit of its code: see Program. Files that are read later, as $ref asks for, are listed in the
// entry and compared before it is believed.
//
// Processes may share a folder without locks. An entry is written to a file of its own, which is then
// renamed; whoever reads sees the whole entry or none. It carries a checksum of all that is in it, and
// one that is damaged is compiled anew and replaced. The folder has to be ours alone, since what lies
// there is believed; entries are readable by their owner only, because descriptions can hold secrets.
//
// The folder is kept small: what nobody used for a month goes, and the oldest go when there are too
// many. All that fails costs time and nothing else.
package cache
