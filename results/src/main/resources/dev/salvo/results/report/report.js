// Draws the charts of a Salvo report. Every figure is in the JSON of the page, and in the tables beside the charts, which
// are there without this script too.
(() => {
  'use strict';
  const data = JSON.parse(document.getElementById('data').textContent);
  const light = document.querySelector('.light');
  const UNITS = ['ns', 'µs', 'ms', 's'];
  const SHAPES = [ // those of curve.svg: circle, square, triangle, diamond
    'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z', 'M-4.2 -4.2h8.4v8.4h-8.4z', 'M0 -5.4l5.2 9h-10.4z',
    'M0 -6l6 6l-6 6l-6 -6z'];
  const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]];
  const FIT_DASH = [6, 5]; // where a fit is extrapolated
  const CPU_DASH = [6, 4];
  const PAPER = {wide: {width: 470, height: 270}, small: {width: 320, height: 210}}; // as large as they lie on a page
  const APART = 9; // pixels between marks of one value that would lie on one another
  const LABEL = 56; // pixels of room that a label of the lower axis needs, with a gap
  const charts = [];
  let printing = false;

  const colour = name => getComputedStyle(printing ? light : document.documentElement).getPropertyValue(name).trim();

  const element = (parent, name, words) => {
    const made = parent.appendChild(document.createElement(name));
    if (words !== undefined) {
      made.textContent = words;
    }
    return made;
  };

  /** A value as an axis is labelled: 500 ns, 2 µs; 50 k; 1.2×. */
  const label = {
    time(ns) {
      let unit = 0;
      while (unit < UNITS.length - 1 && ns >= 999.5) {
        ns /= 1000;
        unit++;
      }
      return `${+ns.toPrecision(3)} ${UNITS[unit]}`;
    },
    rate: count => count >= 1e6 ? `${+(count / 1e6).toPrecision(3)} M`
      : count >= 1e3 ? `${+(count / 1e3).toPrecision(3)} k` : `${+count.toPrecision(3)}`,
    ratio: ratio => `${+ratio.toPrecision(3)}×`
  };

  /** Ticks of a logarithmic axis: steps of 1, 2 and 5; decades where those would crowd; even steps where there is none. */
  const steps = (low, high, most) => {
    for (const mantissas of [[1, 2, 5], [1]]) {
      const found = [];
      for (let decade = Math.floor(Math.log10(low)); 10 ** decade <= high; decade++) {
        found.push(...mantissas.map(m => +(m * 10 ** decade).toPrecision(1)).filter(v => v >= low && v <= high));
      }
      if (found.length > 1 && found.length <= most) {
        return found;
      }
    }
    const even = 10 ** Math.floor(Math.log10((high - low) / 2));
    const step = [1, 2, 5, 10].map(times => times * even).find(each => (high - low) / each <= most) || 10 * even;
    return Array.from({length: Math.floor(high / step) - Math.ceil(low / step) + 1},
      (none, i) => (Math.ceil(low / step) + i) * step);
  };

  /** A range a little wider than some values, on a logarithmic axis. */
  const around = (values, share) => {
    const low = Math.min(...values);
    const high = Math.max(...values);
    const room = high / low < 1.5 ? 2 : (high / low) ** share;
    return [low / room, high * room];
  };

  class Chart {
    constructor(figure, chart) {
      this.figure = figure;
      this.chart = chart;
      this.plot = figure.querySelector('.plot');
      this.shown = chart.series.map(() => true);
      this.fits = true;
      this.xs = [...new Set(chart.series.flatMap(s => s.marks.map(m => m.x)))].sort((a, b) => a - b);
      this.reach = [...this.xs, ...chart.xs, ...chart.fits.flatMap(fit => fit.beyond.map(([x]) => x))];
      this.at = this.xs.length - 1;
      this.legend();
      new ResizeObserver(() => this.draw()).observe(this.plot);
      matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.repaint());
    }

    visible() {
      return this.chart.series.filter((s, i) => this.shown[i]);
    }

    /** What the upper axis must take in: means, and bars, but one that reaches towards 0 is cut off. */
    values() {
      if (this.chart.ys.length > 0) {
        return this.chart.ys;
      }
      const series = this.visible().length > 0 ? this.visible() : this.chart.series;
      const beyond = this.fits ? this.chart.fits.filter(fit => this.shown[fit.of]).flatMap(fit => fit.beyond.map(([, y]) => y)) : [];
      return [...beyond, ...series.flatMap(s => s.marks.flatMap(m =>
        m.low === null ? [m.y] : [m.y, Math.max(m.low, m.y / 10), m.high])).filter(v => v > 0)];
    }

    /** How large it is drawn: as there is room, or for paper. */
    size() {
      return !printing ? {width: this.plot.clientWidth, height: this.plot.clientHeight}
        : this.figure.closest('.small') ? PAPER.small : PAPER.wide;
    }

    draw() {
      const size = this.size();
      if (size.width === 0) {
        return; // in a section that is not open yet
      }
      if (this.uplot) {
        this.uplot.setSize(size);
        return;
      }
      const font = `12px ${getComputedStyle(document.body).fontFamily}`;
      const axis = {stroke: () => colour('--note'), font, ticks: {show: false},
        grid: {stroke: () => colour('--rule'), width: 1}, filter: (u, splits) => splits};
      const series = this.chart.series.map(s => ({
        label: s.name, scale: 'y', paths: () => null, points: {show: false}})); // all are drawn over the grid, by marks
      this.uplot = new uPlot({
        ...size,
        padding: [12, 12, 0, 0],
        legend: {show: false},
        cursor: {y: false, points: {show: false}, drag: {x: false, y: false}},
        scales: {
          x: {time: false, distr: 3, log: 2, range: () => around(this.reach, 0.05)},
          y: {distr: 3, log: 10, range: () => around(this.values(), 0.06)}},
        axes: [
          {...axis, size: 28, label: this.chart.x, labelFont: font, labelSize: 18, labelGap: 0, splits: () => this.roomy(),
            values: (u, splits) => splits.map(String)}, // uPlot would use the digits of the browser's language
          {...axis, size: 64, splits: (u, a, low, high) => steps(low, high, this.size().height / 28),
            values: (u, splits) => splits.map(label[this.chart.unit])}],
        series: [{}, ...series],
        hooks: {draw: [u => this.marks(u)], setCursor: [u => this.hover(u)]}
      }, [this.xs, ...this.chart.series.map(s => this.xs.map(x => {
        const mark = s.marks.find(m => m.x === x);
        return mark && mark.y > 0 ? mark.y : null;
      }))], this.plot);
      this.uplot.root.setAttribute('aria-hidden', 'true'); // the plot has a label, and a table beside it
    }

    /** The measured values of the lower axis, without those whose labels would touch. */
    roomy() {
      const [low, high] = around(this.reach, 0.05);
      const width = this.size().width - 80;
      let free = -Infinity;
      return this.xs.filter(x => {
        const place = Math.log(x / low) / Math.log(high / low) * width;
        if (place < free) {
          return false;
        }
        free = place + LABEL / 2;
        return true;
      });
    }

    /** How far to the right each mark is drawn, by series and x, so that none lies on another, bars and all. */
    shifts(y) {
      const shifts = this.chart.series.map(() => new Map());
      const places = this.xs.map(x => this.uplot.valToPos(x, 'x'));
      const room = Math.min(...places.slice(1).map((place, i) => place - places[i]));
      for (const x of this.xs) {
        const marks = this.chart.series.flatMap((s, i) => this.shown[i] ? s.marks.filter(m => m.x === x && m.y > 0)
          .map(m => ({i, top: m.low === null ? y(m.y) - 6 : Math.min(y(m.high), y(m.y) - 6),
            bottom: m.low === null ? y(m.y) + 6 : Math.max(m.low > 0 ? y(m.low) : Infinity, y(m.y) + 6)})) : [])
          .sort((a, b) => a.top - b.top);
        let together = [];
        const spread = () => {
          const apart = Math.min(APART, 0.6 * room / together.length);
          together.sort((a, b) => a.i - b.i)
            .forEach((m, i) => shifts[m.i].set(x, (i - (together.length - 1) / 2) * apart));
        };
        for (const mark of marks) {
          if (together.length > 0 && mark.top > Math.max(...together.map(m => m.bottom))) {
            spread();
            together = [];
          }
          together.push(mark);
        }
        spread();
      }
      return shifts;
    }

    /** The line where the host has no more CPUs, the one where nothing differs, fits, curves, bars and marks. */
    marks(u) {
      const context = u.ctx;
      const ratio = uPlot.pxRatio;
      const floor = u.bbox.top + u.bbox.height;
      const y = value => u.valToPos(value, 'y', true);
      const shifts = this.shifts(value => u.valToPos(value, 'y'));
      const x = (value, series) => u.valToPos(value, 'x', true)
        + (series === undefined ? 0 : (shifts[series].get(value) || 0) * ratio);
      const path = (points, ink, width, dash) => {
        context.strokeStyle = ink;
        context.lineWidth = width * ratio;
        context.setLineDash(dash.map(each => each * ratio));
        context.beginPath();
        points.forEach(([px, py], i) => context[i ? 'lineTo' : 'moveTo'](px, py));
        context.stroke();
        context.setLineDash([]);
      };
      context.save();
      context.beginPath();
      const room = 8 * ratio;
      context.rect(u.bbox.left - room, u.bbox.top - room, u.bbox.width + 2 * room, u.bbox.height + 2 * room);
      context.clip();
      const [least, most] = around(this.reach, 0.05);
      this.chart.cpus.filter(cpus => cpus >= least && cpus <= most).forEach(cpus => {
        path([[x(cpus), u.bbox.top], [x(cpus), floor]], colour('--note'), 1.2, CPU_DASH);
        const left = x(cpus) > u.bbox.left + u.bbox.width - 70 * ratio;
        context.fillStyle = colour('--note');
        context.font = `${12 * ratio}px ${getComputedStyle(document.body).fontFamily}`;
        context.textAlign = left ? 'right' : 'left';
        context.textBaseline = 'top';
        context.fillText(`${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'}`, x(cpus) + (left ? -5 : 5) * ratio, u.bbox.top + 2 * ratio);
      });
      if (this.chart.unit === 'ratio') {
        path([[u.bbox.left, y(1)], [u.bbox.left + u.bbox.width, y(1)]], colour('--note'), 1.5, []);
      }
      this.chart.fits.filter(fit => this.fits && this.shown[fit.of]).forEach(fit => {
        const ink = colour(`--ink${this.chart.series[fit.of].ink}`);
        const place = ([px, py]) => [x(px), y(py)];
        path(fit.marks.map(place), ink, 1, []);
        path(fit.beyond.map(place), ink, 1.6, FIT_DASH);
      });
      this.chart.series.forEach((s, i) => {
        if (this.shown[i]) {
          path(s.marks.filter(m => m.y > 0).map(m => [x(m.x, i), y(m.y)]), colour(`--ink${s.ink}`), 2, DASHES[s.shape]);
        }
      });
      this.chart.series.forEach((s, i) => {
        if (!this.shown[i]) {
          return;
        }
        const marks = s.marks.filter(m => m.y > 0);
        const peak = this.chart.peaks ? Math.max(...marks.map(m => m.y)) : 0;
        context.strokeStyle = colour(`--ink${s.ink}`);
        context.fillStyle = s.hollow ? colour('--paper') : context.strokeStyle;
        marks.forEach(m => {
          const place = x(m.x, i);
          if (m.low !== null) {
            const low = m.low > 0 ? Math.min(y(m.low), floor + 8 * ratio) : floor + 8 * ratio;
            context.lineWidth = 1.3 * ratio;
            context.beginPath();
            context.moveTo(place, low);
            context.lineTo(place, y(m.high));
            for (const end of [low, y(m.high)]) {
              context.moveTo(place - 4 * ratio, end);
              context.lineTo(place + 4 * ratio, end);
            }
            context.stroke();
          }
          if (m.y === peak) {
            context.lineWidth = 1.3 * ratio;
            context.beginPath();
            context.arc(place, y(m.y), 9 * ratio, 0, 2 * Math.PI);
            context.stroke();
          }
          context.save();
          context.translate(place, y(m.y));
          context.scale(ratio, ratio);
          context.lineWidth = 2;
          const shape = new Path2D(SHAPES[s.shape]);
          context.fill(shape);
          context.stroke(shape);
          context.restore();
        });
      });
      context.restore();
    }

    legend() {
      const legend = this.figure.querySelector('.legend');
      const at = element(legend, 'div');
      at.className = 'at';
      this.step(at, '‹', `Fewer ${this.chart.x}`, -1);
      this.output = element(at, 'output');
      this.step(at, '›', `More ${this.chart.x}`, 1);
      const list = element(legend, 'ul');
      this.says = this.chart.series.map((s, i) => {
        const button = this.toggle(list, s.name, pressed => {
          this.shown[i] = pressed;
          this.uplot.setSeries(i + 1, {show: pressed});
          this.repaint();
        });
        button.prepend(this.sample(`--ink${s.ink}`, DASHES[s.shape], SHAPES[s.shape], s.hollow));
        const says = element(button, 'span');
        says.className = 'says';
        return says;
      });
      if (this.chart.fits.length > 0) {
        this.toggle(list, 'fits, no measurements; dashed: extrapolated', pressed => {
          this.fits = pressed;
          this.repaint();
        }).prepend(this.sample('--note', FIT_DASH));
      }
      this.tell();
    }

    step(parent, sign, label, by) {
      const button = element(parent, 'button', sign);
      button.type = 'button';
      button.setAttribute('aria-label', label);
      button.addEventListener('click', () => {
        this.at = Math.min(this.xs.length - 1, Math.max(0, this.at + by));
        this.uplot.setCursor({left: this.uplot.valToPos(this.xs[this.at], 'x'), top: 10});
        this.tell();
      });
    }

    toggle(list, words, then) {
      const button = element(element(list, 'li'), 'button');
      button.type = 'button';
      button.setAttribute('aria-pressed', 'true');
      element(button, 'span', words);
      button.addEventListener('click', () => {
        const pressed = button.getAttribute('aria-pressed') !== 'true';
        button.setAttribute('aria-pressed', pressed);
        then(pressed);
      });
      return button;
    }

    sample(ink, dash, shape, hollow) {
      const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      svg.setAttribute('width', '36');
      svg.setAttribute('height', '14');
      svg.setAttribute('viewBox', '-18 -7 36 14');
      svg.setAttribute('aria-hidden', 'true');
      const mark = shape ? [[shape, hollow ? 'var(--paper)' : `var(${ink})`]] : [];
      for (const [d, fill] of [['M-18 0h36', 'none'], ...mark]) {
        const path = svg.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'path'));
        path.setAttribute('d', d);
        path.style.cssText = `fill:${fill};stroke:var(${ink});stroke-width:2;`
          + `stroke-dasharray:${fill === 'none' ? dash.join(' ') || 'none' : 'none'}`;
      }
      return svg;
    }

    hover(u) {
      if (u.cursor.idx !== null && u.cursor.left >= 0) {
        this.at = u.cursor.idx;
        this.tell();
      }
    }

    /** Says the figures where the pointer is. */
    tell() {
      const x = this.xs[this.at];
      this.output.textContent = `at ${x} ${this.chart.x}`;
      this.chart.series.forEach((s, i) => {
        const mark = s.marks.find(m => m.x === x);
        this.says[i].textContent = mark ? mark.says : '-';
      });
    }

    repaint() {
      if (this.uplot) {
        this.uplot.redraw(true, true);
      }
    }
  }

  const opened = new Map();
  document.querySelectorAll('details.figures').forEach(details => {
    details.open = false; // open for those who have no script
  });
  document.querySelectorAll('figure[data-chart]').forEach(figure =>
    charts.push(new Chart(figure, data.charts[figure.dataset.chart])));
  addEventListener('beforeprint', () => {
    printing = true;
    document.querySelectorAll('details').forEach(details => {
      opened.set(details, details.open);
      details.open = true;
    });
    charts.forEach(chart => {
      chart.draw();
      chart.repaint();
    });
  });
  addEventListener('afterprint', () => {
    printing = false;
    opened.forEach((open, details) => {
      details.open = open;
    });
    charts.forEach(chart => {
      chart.draw();
      chart.repaint();
    });
  });
})();
