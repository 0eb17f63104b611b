// Icons of the toolbar: paths on 24 × 24, drawn with the colour of the text.

const PATHS = {
  undo: "M9 14 4 9l5-5M4 9h11a5 5 0 0 1 0 10h-4",
  redo: "m15 14 5-5-5-5M20 9H9a5 5 0 0 0 0 10h4",
  bold: "M7 5h6a3.5 3.5 0 0 1 0 7H7zM7 12h7a3.5 3.5 0 0 1 0 7H7z",
  italic: "M10 5h8M6 19h8M14 5l-4 14",
  underline: "M7 4v7a5 5 0 0 0 10 0V4M5 20h14",
  strike: "M4 12h16M17 7c-.6-2-2.6-3-5-3-2.800 0-5 1.300-5 3.500 0 1 .4 1.800 1.200 2.500M7 17c.6 2 2.600 3 5 3 2.800 0 5-1.300 5-3.500 0-.5-.1-1-.3-1.500",
  colour: "M6 16 12 4l6 12M8 12h8M4 20h16",
  highlight: "m9 11 6 6M14 4l6 6-8 8H7l-2-2v-3zM4 21h9",
  bullets: "M9 6h11M9 12h11M9 18h11M4.500 6h.01M4.500 12h.01M4.500 18h.01",
  numbers: "M10 6h10M10 12h10M10 18h10M4 4.500 5.500 4v5M4 14.500c0-1.500 2.500-1.500 2.500 0 0 1-2.500 2-2.500 3.500h2.500",
  quote: "M9 7H5v5h4zM9 12c0 3-1.500 4.500-4 5M19 7h-4v5h4zM19 12c0 3-1.500 4.500-4 5",
  left: "M4 6h16M4 10h10M4 14h16M4 18h10",
  center: "M4 6h16M7 10h10M4 14h16M7 18h10",
  right: "M4 6h16M10 10h10M4 14h16M10 18h10",
  justify: "M4 6h16M4 10h16M4 14h16M4 18h16",
  firstLine: "M10 6h10M4 11h16M4 16h16M4 4l3 2-3 2",
  outdent: "M4 5h16M11 10h9M11 14h9M4 19h16M8 9l-3 3 3 3",
  indent: "M4 5h16M11 10h9M11 14h9M4 19h16M5 9l3 3-3 3",
  lineHeight: "M11 6h9M11 12h9M11 18h9M6 4v16M3.500 6.500 6 4l2.500 2.500M3.500 17.500 6 20l2.500-2.500",
  link: "M10 14a4 4 0 0 0 5.700 0l3-3a4 4 0 0 0-5.700-5.700l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3a4 4 0 0 0 5.700 5.700l1-1",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9h.01",
  table: "M4 5h16v14H4zM4 10h16M4 14.500h16M10 5v14",
  rule: "M4 12h16M8 6h8M8 18h8",
  clear: "M6 5h12M12 5l-2 8M5 19l14-14M9 19h6",
  find: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14M16 16l4 4",
  source: "m8 7-5 5 5 5M16 7l5 5-5 5",
  down: "m7 10 5 5 5-5",
  close: "M6 6l12 12M18 6 6 18",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "ae-icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
