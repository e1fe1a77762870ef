// Times as the reader expects them: in the browser's own zone, in the language of whoever reads, live where they count.
// Khmer names are written here because Chromium carries no Khmer calendar data.

const KHMER = {
  weekdays: ["អាទិត្យ", "ច័ន្ទ", "អង្គារ", "ពុធ", "ព្រហស្បតិ៍", "សុក្រ", "សៅរ៍"],
  months: ["មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ"],
  units: { second: "វិនាទី", minute: "នាទី", hour: "ម៉ោង", day: "ថ្ងៃ", month: "ខែ", year: "ឆ្នាំ" },
};

const isKhmer = (language) => language?.split("-")[0] === "km";
const two = (number) => String(number).padStart(2, "0");

/** The browser's own variant of a language ("en" → "en-GB" for a Briton), else the language. */
function locale(language) {
  const variant = navigator.languages.find((own) => own.split("-")[0] === language?.split("-")[0]);
  try {
    return Intl.getCanonicalLocales(variant ?? language ?? "en")[0];
  } catch {
    return "en"; // a language code that is none
  }
}

/** The sandbox's clock: the server's, plus the offset people gave it. */
export class Clock {
  constructor(now, offset) {
    this.set(now, offset);
  }

  set(now, offset) {
    this.start = now - offset - performance.now() / 1000;
    this.offset = offset;
  }

  /** Unix seconds, with a fraction. */
  now() {
    return this.start + this.offset + performance.now() / 1000;
  }
}

/** "14:05" */
export function timeOfDay(unix) {
  const date = new Date(unix * 1000);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** "15 May", with the year when it is not the clock's. */
export function dayLabel(unix, language, now) {
  const date = new Date(unix * 1000);
  const year = date.getFullYear() !== new Date(now * 1000).getFullYear();
  if (isKhmer(language)) {
    return `${date.getDate()} ${KHMER.months[date.getMonth()]}${year ? ` ${date.getFullYear()}` : ""}`;
  }
  return new Intl.DateTimeFormat(locale(language), { day: "numeric", month: "long", year: year ? "numeric" : undefined }).format(date);
}

/** Everything about a moment, with the zone's name: what a reader sees who asks for more. */
export function fullMoment(unix, language) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return `${formatted(unix, "wDT", language)} (${zone})`;
}

/**
 * A `date_time` entity as its reader sees it. The format follows the Bot API: `r`, or `w?[dD]?[tT]?`
 * (w weekday, d/D short/long date, t/T time without/with seconds); null when there is none, then the text stays.
 */
export function momentText(unix, format, language, now) {
  if (!/^(r|w?[dD]?[tT]?)$/.test(format ?? "") || !format) return null;
  return format === "r" ? relative(unix, language, now) : formatted(unix, format, language);
}

function formatted(unix, format, language) {
  const date = new Date(unix * 1000);
  const wants = (letter) => format.includes(letter);
  if (isKhmer(language)) return formattedKhmer(date, wants);
  const options = {};
  if (wants("w")) options.weekday = "long";
  if (wants("d")) Object.assign(options, { day: "numeric", month: "numeric", year: "2-digit" });
  if (wants("D")) Object.assign(options, { day: "numeric", month: "long", year: "numeric" });
  if (wants("t") || wants("T")) Object.assign(options, { hour: "2-digit", minute: "2-digit" });
  if (wants("T")) options.second = "2-digit";
  return new Intl.DateTimeFormat(locale(language), options).format(date);
}

function formattedKhmer(date, wants) {
  const parts = [];
  if (wants("w")) parts.push(`ថ្ងៃ${KHMER.weekdays[date.getDay()]}`);
  if (wants("d")) parts.push(`${date.getDate()}/${date.getMonth() + 1}/${two(date.getFullYear() % 100)}`);
  if (wants("D")) parts.push(`${date.getDate()} ${KHMER.months[date.getMonth()]} ${date.getFullYear()}`);
  if (wants("t") || wants("T")) {
    const seconds = wants("T") ? `:${two(date.getSeconds())}` : "";
    parts.push(`ម៉ោង ${date.getHours()}:${two(date.getMinutes())}${seconds}`);
  }
  return parts.join(" ");
}

const STEPS = [
  ["year", 365 * 86400],
  ["month", 30 * 86400],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

function relative(unix, language, now) {
  const seconds = Math.round(unix - now);
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? STEPS.at(-1);
  const count = Math.trunc(seconds / size);
  if (isKhmer(language)) {
    return seconds >= 0 ? `${count} ${KHMER.units[unit]}ទៀត` : `${-count} ${KHMER.units[unit]}មុន`;
  }
  return new Intl.RelativeTimeFormat(locale(language)).format(count, unit);
}
