/* run-files.js: the fields of a run's form that take files: chosen, dropped, or a link. */
import { h, fill } from '../dom.js';
import { t, tOr } from '../i18n/index.js';
import { bytes } from '../format.js';
import { icon } from '../ui/icons.js';
import { dropZone } from '../ui/drop.js';
import { wrap } from '../ui/field.js';
import { TusUpload } from './tus.js';

/** What Dify takes a file for, by its ending. */
const ENDINGS = {
  image: 'jpg jpeg png webp gif svg',
  audio: 'mp3 m4a wav amr mpga',
  video: 'mp4 mov mpeg webm',
  document: 'txt markdown md mdx pdf html htm xlsx xls vtt properties doc docx csv eml msg pptx ppt xml epub json',
};
const MOST_BYTES = 100 * 1024 * 1024;
const MOST_FILES = 5; // Dify's own limit where the form has none

const ending = (name) => (/\.([^./\\]+)$/.exec(name)?.[1] ?? '').toLowerCase();

/** @param {string} name */
export function kindOf(name) {
  return Object.keys(ENDINGS).find((k) => ENDINGS[k].split(' ').includes(ending(name))) ?? 'custom';
}

/** The kind to call a file by, null when the form does not take it. @param {string} name @param {any} v the variable */
export function allowedKind(name, v) {
  const allowed = v.allowed_file_types ?? [];
  const kind = kindOf(name);
  if (!allowed.length || (kind !== 'custom' && allowed.includes(kind))) return kind;
  const own = (v.allowed_file_extensions ?? []).map((x) => String(x).replace(/^\./, '').toLowerCase());
  return allowed.includes('custom') && own.includes(ending(name)) ? 'custom' : null;
}

function accept(v) {
  const allowed = v.allowed_file_types ?? [];
  if (!allowed.length) return undefined;
  const own = allowed.includes('custom') ? (v.allowed_file_extensions ?? []) : [];
  const known = allowed.flatMap((k) => ENDINGS[k]?.split(' ') ?? []);
  return [...known, ...own].map((x) => `.${String(x).replace(/^\./, '')}`).join(',');
}

/** "Documents, images" @param {any} v */
function kindsText(v) {
  const allowed = v.allowed_file_types ?? [];
  return allowed
    .map((k) =>
      k === 'custom' ? (v.allowed_file_extensions ?? []).join(' ') : tOr(`file.${k}`, k),
    )
    .filter(Boolean)
    .join(t('list.comma'));
}

/** One file of the field: on its way, here, in Dify, or a link. */
class Item {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    /** @type {any} */ this.value = null;
    /** @type {TusUpload|null} */ this.upload = null;
  }

  /** @param {File} file @param {string} kind @param {string|undefined} connection */
  send(file, kind, connection) {
    const meta = { purpose: 'input', connection_id: connection };
    this.upload = new TusUpload(file, meta);
    this.name = file.name;
    this.size = file.size;
    this.upload.addEventListener('change', () => {
      if (this.upload?.state === 'done') {
        const id = this.upload.doneId;
        this.upload = null;
        this.value = { type: kind, transfer_method: 'local_file', upload_id: id, name: file.name, size: file.size };
      }
      this.changed();
    });
    this.upload.start();
    return this;
  }

  /** @param {any} value as a run has it */
  keep(value) {
    this.value = value;
    this.name = value.name ?? value.url ?? value.remote_url ?? value.upload_file_id;
    this.size = value.size;
    return this;
  }

  remove() {
    const up = this.upload;
    this.upload = null;
    up?.cancel().catch(() => {}); // what is left goes by itself
  }
}

/**
 * @param {any} v variable of the start node
 * @param {any} o label, optional, name, connection
 * @returns {import('../ui/field.js').Field & {set: (value: any) => void, adopt: (value: any) => void}}
 */
export function fileField(v, o) {
  const many = v.type === 'file-list';
  const most = many ? v.max_length || MOST_FILES : 1;
  const ways = v.allowed_file_upload_methods?.length ? v.allowed_file_upload_methods : ['local_file', 'remote_url'];
  /** @type {Item[]} */ let items = [];
  const list = h('ul.run-files');
  const link = h('input.input', { type: 'url', placeholder: 'https://', autocomplete: 'off', 'aria-label': t('run.file.hint') });
  const drop = dropZone({
    label: t(many ? 'run.files.choose' : 'run.file.choose'),
    hint: kindsText(v),
    accept: accept(v),
    multiple: many,
    compact: true,
    onfiles: (files) => addFiles(files),
  });
  const addLink = h('button.btn', { type: 'button', onclick: () => takeLink() }, t('add'));
  const linkRow = h('div.row.link-row', link, addLink);
  const useLink = h(
    'button.link',
    {
      type: 'button',
      onclick: () => {
        linkRow.hidden = !linkRow.hidden;
        if (!linkRow.hidden) link.focus();
      },
    },
    t('run.file.link'),
  );
  const local = ways.includes('local_file');
  const remote = ways.includes('remote_url');
  linkRow.hidden = local;
  const box = h('div.stack.tight.with-icon.file-field', list, local && drop, remote && local && useLink, remote && linkRow);
  const input = /** @type {HTMLInputElement} */ (local ? drop.querySelector('input') : link);
  const f = wrap(input, { label: o.label, optional: o.optional, whole: true, hint: !local && t('run.file.hint') });
  input.name = o.name;

  const draw = () => {
    fill(
      list,
      items.map((item) => row(item, () => removeItem(item))),
    );
    list.hidden = !items.length;
    const full = items.length >= most;
    drop.hidden = full;
    useLink.hidden = full;
    if (full) linkRow.hidden = true;
    else if (!local) linkRow.hidden = false;
  };
  const removeItem = (item) => {
    item.remove();
    items = items.filter((x) => x !== item);
    f.problem(null);
    draw();
    input.focus();
  };
  const addFiles = (files) => {
    f.problem(null);
    for (const file of files) {
      const kind = allowedKind(file.name, v);
      if (items.length >= most) f.problem(t('run.file.most', { n: most }));
      else if (!kind) f.problem(t('run.file.kind', { name: file.name, kinds: kindsText(v) }));
      else if (!file.size) f.problem(t('run.file.empty', { name: file.name }));
      else if (file.size > MOST_BYTES) f.problem(t('run.file.large', { name: file.name, size: bytes(MOST_BYTES) }));
      else items.push(new Item(draw).send(file, kind, o.connection));
    }
    draw();
  };
  const takeLink = () => {
    const url = link.value.trim();
    if (!url) return true;
    if (!/^https?:\/\/\S+$/i.test(url)) {
      f.problem(t('run.file.url'));
      return false;
    }
    const allowed = v.allowed_file_types ?? [];
    const kind = allowedKind(url.split(/[?#]/)[0], v) ?? allowed[0] ?? 'document';
    items.push(new Item(draw).keep({ type: kind, transfer_method: 'remote_url', url }));
    link.value = '';
    f.problem(null);
    draw();
    return true;
  };
  link.addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    takeLink();
  });

  const stop = (message) => {
    f.problem(message);
    input.focus();
    throw new DOMException('', 'AbortError');
  };
  f.value = () => {
    if (!takeLink()) stop(t('run.file.url'));
    if (items.some((x) => x.upload?.state === 'failed')) stop(t('run.file.failed'));
    if (items.some((x) => x.upload)) stop(t('run.file.uploading'));
    const values = items.map((x) => x.value);
    if (!values.length) return undefined;
    return many ? values : values[0];
  };
  const of = (value) => (Array.isArray(value) ? value : value ? [value] : []);
  draw();
  return {
    ...f,
    /** What an earlier run had; files that never reached Dify are left out. */
    set(value) {
      items = of(value)
        .filter((x) => x && typeof x === 'object' && !x.upload_id)
        .map((x) => new Item(draw).keep(x));
      draw();
    },
    /** The run has brought the files into Dify: the next one uses those. */
    adopt(value) {
      const sent = of(value);
      if (sent.length !== items.length || items.some((x) => x.upload)) return;
      items.forEach((x, i) => {
        if (x.value?.upload_id && x.value.name === sent[i]?.name && sent[i].upload_file_id) x.keep(sent[i]);
      });
      draw();
    },
  };
}

function row(item, remove) {
  const up = item.upload;
  const failed = up?.state === 'failed';
  const bar = h('i');
  if (up) bar.style.transform = `scaleX(${up.file.size ? up.sent / up.file.size : 1})`;
  return h(
    'li',
    icon(item.value?.transfer_method === 'remote_url' ? 'globe' : 'file', 18),
    h(
      'div.grow',
      h('div.row.between', h('span.clip', { title: item.name }, item.name), item.size && h('span.meta.num.nowrap', bytes(item.size))),
      up && !failed && h('div.bar', { role: 'progressbar', 'aria-label': item.name }, bar),
      failed && h('div.meta.error-text', up.error?.message ?? t('upload.failed')),
    ),
    failed &&
      h('button.btn.quiet.small', { type: 'button', onclick: () => up.start() }, icon('refresh', 15), t('retry')),
    h(
      'button.btn.quiet.icon.small',
      { type: 'button', 'aria-label': t('run.file.remove', { name: item.name }), title: t('remove'), onclick: remove },
      icon('close', 16),
    ),
  );
}
