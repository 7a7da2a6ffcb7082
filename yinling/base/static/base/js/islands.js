// Charts and maps. A figure carries its data as JSON; ECharts is fetched only on pages that have one.
(() => {
  "use strict";
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const SERIES = ["--chart-1", "--chart-2", "--chart-3", "--chart-4", "--chart-5", "--chart-6"];
  const drawn = new Map();
  const maps = new Map();
  let library = null;

  const load = () => library ||= new Promise((resolve, reject) => {
    if (window.echarts) return resolve(window.echarts);
    const script = document.createElement("script");
    script.src = document.querySelector("meta[name=yinling-echarts]").content;
    script.onload = () => resolve(window.echarts);
    script.onerror = () => reject(new Error("ECharts"));
    document.head.append(script);
  });

  const size = () => parseFloat(getComputedStyle(document.body).fontSize);
  const words = (scale = 0.85) => ({ color: token("--ink-2"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: Math.round(size() * scale) });
  // Tooltips are drawn inside the picture: HTML ones would need inline styles, which the content policy forbids.
  const tooltip = () => ({ renderMode: "richText", confine: true, backgroundColor: token("--surface"), borderColor: token("--line-strong"), textStyle: { ...words(), color: token("--ink") } });
  const axis = (given) => {
    const dress = (one) => ({
      axisLine: { lineStyle: { color: token("--line-strong") } }, splitLine: { lineStyle: { color: token("--line") } },
      axisTick: { show: false }, ...one, axisLabel: { ...words(), hideOverlap: true, ...(one.axisLabel || {}) }, nameTextStyle: words(),
    });
    return given && (Array.isArray(given) ? given.map(dress) : dress(given));
  };
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  const chart = (data) => {
    const option = structuredClone(data.option);
    return {
      color: SERIES.map(token), animation: !still(), animationDuration: 300, textStyle: words(), ...option,
      grid: { left: 8, right: 16, top: option.legend ? 40 : 16, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel", ...(option.grid || {}) },
      legend: option.legend && { top: 0, icon: "roundRect", ...option.legend, textStyle: words() },
      tooltip: { ...tooltip(), ...(option.tooltip || {}) },
      ...(option.xAxis ? { xAxis: axis(option.xAxis) } : {}), ...(option.yAxis ? { yAxis: axis(option.yAxis) } : {}),
    };
  };

  const geometry = async (address) => {
    if (!maps.has(address)) maps.set(address, fetch(address, { credentials: "same-origin" }).then((answer) => {
      if (!answer.ok) throw new Error(`${answer.status} ${address}`);
      return answer.json();
    }));
    return maps.get(address);
  };
  const map = async (data, echarts) => {
    const shapes = await geometry(data.geometry);
    echarts.registerMap(data.geometry, shapes);
    const known = new Map(data.areas.map((area) => [area.name, area]));
    const values = data.areas.map((area) => area.value).filter((value) => typeof value === "number");
    const shown = (params) => {
      const area = known.get(params.name);
      return params.seriesType === "scatter" ? `${params.name}\n${params.data.kind || ""}`
        : `${params.name}\n${data.label} ${area ? area.shown ?? area.value ?? "—" : "—"} ${data.unit}`;
    };
    const range = values.length ? { min: Math.min(...values), max: Math.max(...values) } : { min: 0, max: 1 };
    return {
      animation: false, textStyle: words(), tooltip: { ...tooltip(), formatter: shown },
      visualMap: values.length > 1 ? { ...range, seriesIndex: 0, left: 0, bottom: 0, itemHeight: 90, calculable: false, inRange: { color: [token("--map-0"), token("--map-1")] }, textStyle: words(0.8) } : undefined,
      geo: { map: data.geometry, roam: false, aspectScale: Math.cos(25 * Math.PI / 180), layoutCenter: ["50%", "50%"], layoutSize: "96%", silent: true,
        itemStyle: { areaColor: token("--surface-2"), borderColor: token("--line-strong") } },
      series: [
        { type: "map", map: data.geometry, geoIndex: undefined, layoutCenter: ["50%", "50%"], layoutSize: "96%", aspectScale: Math.cos(25 * Math.PI / 180), selectedMode: false,
          label: { show: true, ...words(0.75), color: token("--ink"), textBorderColor: token("--surface"), textBorderWidth: 3 }, labelLayout: { hideOverlap: true },
          itemStyle: { areaColor: token("--surface-2"), borderColor: token("--surface"), borderWidth: 1 },
          emphasis: { label: { color: token("--ink") }, itemStyle: { areaColor: token("--unknown-soft"), borderColor: token("--focus"), borderWidth: 2 } },
          data: data.areas.map((area) => ({ name: area.name, value: area.value ?? NaN, url: area.url })) },
        { type: "scatter", coordinateSystem: "geo", symbolSize: 9, z: 5, itemStyle: { color: token("--chart-2"), borderColor: token("--surface"), borderWidth: 1 },
          data: data.points.map((point) => ({ name: point.name, value: [point.lon, point.lat], kind: point.kind, url: point.url })) },
      ],
    };
  };

  const follow = (data, params) => {
    const link = (data.links && (data.links[params.name] || data.links[params.seriesName])) || (params.data && params.data.url);
    if (link) location.href = link;
  };
  const draw = async (figure) => {
    const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
    const canvas = figure.querySelector(".canvas");
    try {
      const echarts = await load();
      const picture = drawn.get(figure) || echarts.init(canvas, null, { renderer: "svg" });
      const fresh = !drawn.has(figure);
      drawn.set(figure, picture);
      picture.setOption(figure.dataset.island === "map" ? await map(data, echarts) : chart(data), true);
      if (fresh) {
        picture.on("click", (params) => follow(data, params));
        new ResizeObserver(() => picture.resize()).observe(canvas);
      }
      figure.dataset.drawn = "yes";
    } catch (problem) {
      // Without the picture the figures stay readable as a table.
      canvas.hidden = true;
      figure.querySelector(".as-table")?.setAttribute("open", "");
      figure.dataset.drawn = "no";
      console.warn(problem);
    }
  };
  const forget = () => drawn.forEach((picture, figure) => { if (!figure.isConnected) { picture.dispose(); drawn.delete(figure); } });
  const drawAll = () => {
    forget();
    document.querySelectorAll("[data-island]:not([data-drawn])").forEach((figure) => { figure.dataset.drawn = "now"; draw(figure); });
  };
  document.addEventListener("DOMContentLoaded", drawAll);
  document.addEventListener("htmx:load", drawAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn.forEach((_picture, figure) => draw(figure)));
})();
