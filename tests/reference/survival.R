# Reference values for tests/test_survival.py, from R's packages survival and MASS. Run it
# in this folder:
#
#   Rscript survival.R
#
# The first set is the remission times of Freireich and others (1963), as in MASS. The
# others are drawn here, rounded so that times are tied, with many or few censored.

suppressMessages(library(survival))

gehan <- MASS::gehan
sets <- list(gehan = data.frame(arm = as.character(gehan$treat), time = gehan$time,
                                event = gehan$cens))
set.seed(1)
draw <- function(k, n, digits, closed) {
  arm <- rep(LETTERS[1:k], each = n)
  time <- rexp(k * n, rate = 0.3 + 0.3 * match(arm, LETTERS))
  seen <- runif(k * n, closed - 2, closed)
  data.frame(arm = arm, time = round(pmin(time, seen), digits),
             event = as.integer(time <= seen))
}
sets$three <- draw(3, 20, 2, 2.5)
sets$tied <- draw(3, 15, 1, 3)
sets$four <- draw(4, 9, 1, 2)
sets$long <- draw(2, 60, 3, 6)
# an arm that has left before the first event; one without an event
sets$left <- data.frame(arm = rep(c("A", "B", "C"), c(3, 6, 6)),
                        time = c(1, 1, 2, 3, 4, 5, 6, 7, 8, 3, 3, 4, 9, 9, 9),
                        event = c(0, 0, 0, 1, 1, 0, 1, 1, 0, 1, 0, 0, 0, 1, 0))
sets$none <- data.frame(arm = rep(c("A", "B"), each = 4),
                        time = c(1, 2, 3, 4, 2, 4, 4, 5),
                        event = c(1, 1, 0, 1, 0, 0, 0, 0))
# times that are tied but for rounding, as sums of decimals are: R takes them as tied
sets$near <- draw(3, 15, 1, 3)
sets$near$time <- sets$near$time + runif(45, 0, 4e-9)

header <- function(name) {
  file <- paste0("survival_", name, ".csv")
  writeLines(paste("#", R.version.string, "survival", packageVersion("survival")), file)
  file
}
write <- function(rows, name) {
  suppressWarnings(write.table(rows, header(name), append = TRUE, sep = ",",
                               row.names = FALSE, quote = FALSE, na = ""))
}
digits <- function(x) ifelse(is.na(x), NA, sprintf("%.15g", x))

patients <- do.call(rbind, lapply(names(sets), function(s) cbind(set = s, sets[[s]])))
write(patients, "patients")

curves <- tests <- list()
for (s in names(sets)) {
  data <- sets[[s]]
  for (a in unique(data$arm)) for (type in c("log-log", "plain")) {
    for (level in c(0.95, 0.8)) {
      fit <- survfit(Surv(time, event) ~ 1, data = data[data$arm == a, ],
                     conf.type = type, conf.int = level)
      curves[[length(curves) + 1]] <- data.frame(
        set = s, arm = a, limits = type, level = level, time = fit$time,
        at_risk = fit$n.risk, events = fit$n.event, censored = fit$n.censor,
        survival = digits(fit$surv), low = digits(fit$lower), high = digits(fit$upper))
    }
  }
  fit <- survdiff(Surv(time, event) ~ arm, data = data)
  dof <- sum(fit$exp > 0) - 1
  tests[[s]] <- data.frame(set = s, statistic = digits(fit$chisq), dof = dof,
    pvalue = digits(pchisq(fit$chisq, dof, lower.tail = FALSE)))
}
write(do.call(rbind, curves), "curves")
write(do.call(rbind, tests), "tests")
