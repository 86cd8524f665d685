/* text.js: measures and cuts text for SVG, which has no ellipsis of its own. */

let pen = null;
const widths = new Map();

/** Width of a text in pixels. @param {string} text @param {string} font CSS font */
export function measure(text, font) {
  const key = `${font}|${text}`;
  let w = widths.get(key);
  if (w === undefined) {
    pen ??= document.createElement('canvas').getContext('2d');
    pen.font = font;
    w = pen.measureText(text).width;
    if (widths.size > 5000) widths.clear();
    widths.set(key, w);
  }
  return w;
}

/** The text, cut with an ellipsis to fit. @param {string} text @param {number} max @param {string} font */
export function cut(text, max, font) {
  const line = text.replace(/\s+/g, ' ').trim();
  if (measure(line, font) <= max) return line;
  const chars = [...line];
  let low = 0;
  let high = chars.length;
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if (measure(`${chars.slice(0, mid).join('')}…`, font) <= max) low = mid;
    else high = mid - 1;
  }
  return `${chars.slice(0, low).join('').trimEnd()}…`;
}

/** The text in lines that fit; the last one is cut when there is more. @param {string} text @param {number} max @param {string} font @param {number} most */
export function wrap(text, max, font, most) {
  const lines = [];
  let rest = text.replace(/\s+/g, ' ').trim();
  while (rest && lines.length < most - 1) {
    let line = cut(rest, max, font);
    if (line === rest) break;
    line = line.slice(0, -1);
    const blank = line.lastIndexOf(' ');
    if (blank > 0 && /\w$/.test(line) && /\w/.test(rest[line.length])) line = line.slice(0, blank);
    if (!line) break;
    lines.push(line);
    rest = rest.slice(line.length).trim();
  }
  if (rest) lines.push(cut(rest, max, font));
  return lines;
}
