/** Characters with a meaning in anchors and tags (go-yaml scannerc.go). */

/** What may follow the name of an anchor or alias besides blanks. */
export const AFTER_ANCHOR = '?:,]}%@`';

/** What may stand in a tag besides letters, digits, `_` and `-`. */
export const URI = ";/?:@&=+$,.!~*'()[]%";
